"""What is wrong with an installation, in sentences for whoever installs one for the first time.

Each page looks at one side and returns findings; nothing is changed and nothing is sent to anybody outside.
"""
