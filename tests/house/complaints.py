"""What each of the house's checks does as a program."""

import pathlib


def report(check_tree, arguments):
    """Prints the complaints about the tree that is named, else about ours; the exit status: 1 when there are any."""
    root = arguments[0] if arguments else pathlib.Path(__file__).parents[2]
    complaints, count = check_tree(root)
    for complaint in complaints:
        print(complaint)
    print(f"{count} files, {len(complaints)} complaints")
    return 1 if complaints or not count else 0
