from desk.config import Options, Request


class Desk:
    def answer(self, text: str, request: Request) -> str:
        return text


def open_thread(options: Options) -> str:
    return "t"
