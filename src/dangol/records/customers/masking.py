"""How much of a person is shown to somebody who need not know them: enough to tell one from another."""

from datetime import date

from dangol.records.customers.models import ContactPoint

HIDDEN = "*"


def name(text: str) -> str:
    """홍길동 → 홍*동, 남궁민서 → 남**서, 이산 → 이*, Kim Minsu → K** M***u."""
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    if len(word) <= 2:
        return word[:1] + HIDDEN * (len(word) - 1)
    return word[0] + HIDDEN * (len(word) - 2) + word[-1]


def phone(number: str) -> str:
    """+821012345678 → 010-****-5678; of a number from elsewhere the last four digits."""
    if number.startswith("+82"):
        local = "0" + number.removeprefix("+82")
        area = 2 if local.startswith("02") else 3
        return f"{local[:area]}-****-{local[-4:]}"
    return f"****{number[-4:]}" if len(number) > 4 else HIDDEN * len(number)


def email(address: str) -> str:
    """sogeum@example.com → so****@example.com."""
    local, at, domain = address.partition("@")
    return f"{local[:2] if len(local) > 2 else local[:1]}****{at}{domain}"


def address(text: str) -> str:
    """The district and no more: 서울특별시 마포구 **."""
    words = text.split()
    return " ".join([*words[:2], HIDDEN * 2]) if words else ""


def birth_date(day: date) -> str:
    """1990-03-01 → 1990-**-**."""
    return f"{day.year}-**-**"


def contact(kind: str, value: str) -> str:
    """A contact point of any kind."""
    masks = {ContactPoint.Kind.MOBILE: phone, ContactPoint.Kind.EMAIL: email, ContactPoint.Kind.ADDRESS: address}
    return masks[ContactPoint.Kind(kind)](value)
