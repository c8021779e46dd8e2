"""What goes wrong with somebody's checkpoint, for a person: one sentence, one action."""


class ImportFault(Exception):
    def __init__(self, message: str, action: str):
        super().__init__(f"{message} {action}")
