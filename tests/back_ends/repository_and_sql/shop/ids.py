import os


def new_ref():
    return "ref-" + os.urandom(6).hex()
