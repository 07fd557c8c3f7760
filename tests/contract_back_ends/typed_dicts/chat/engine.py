from chat.types import Config


def turn(text: str, config: Config) -> str:
    return text
