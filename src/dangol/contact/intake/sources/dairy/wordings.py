"""What people say and what we write: templates whose gaps are filled from the purchase at hand."""

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import Real, Words

LATE = (
    "{hour}시 전에 오기로 한 배달이 {minutes}분 늦음",
    "배달 {minutes}분 지연, 고객에게 따로 알리지 못함",
    "차량 고장으로 {minutes}분 늦게 배달",
    "담당자가 바뀌어 {minutes}분 늦음",
    "폭우로 {minutes}분 지연 배달",
)
LATE_COMPLAINTS = (
    "오늘도 배달이 늦었어요. {minutes}분이나 기다리다가 출근도 늦었습니다.",
    "새벽에 온다던 {product}이(가) 아이 아침 먹을 시간이 지나서 왔어요.",
    "배달이 자꾸 늦는데 미리 연락이라도 주시면 좋겠어요.",
    "{minutes}분 늦게 와서 {product}이(가) 미지근해져 있었어요. 여름엔 정말 걱정됩니다.",
    "늦는다는 말도 없이 문 앞에 두고 가셨네요. 더 늦으면 그만 받으려고 해요.",
    "대리점에 전화했더니 본사에 말하라고 하네요. 누가 책임지는 건가요?",
)
COMPLAINTS = (
    "{product} 유통기한이 이틀밖에 안 남은 게 왔어요.",
    "{product} 포장이 찢어져서 새고 있었습니다.",
    "주문한 것과 다른 게 왔어요. {product}을(를) 시켰는데요.",
    "{product} 맛이 예전과 달라졌어요. 바뀐 게 있나요?",
    "이번 달 청구 금액이 맞지 않아요. 넣지도 않은 {product} 값이 들어 있습니다.",
    "휴가 동안 배달을 멈춰 달라고 했는데 그대로 왔어요.",
    "보냉 가방을 몇 번이나 달라고 했는데 아직도 못 받았어요.",
    "몇 년째 먹고 있는데 감사 인사 한 번 없네요. 새로 드는 사람만 챙기시는 것 같아요.",
    "상담 전화가 너무 안 됩니다. 20분 넘게 기다렸어요.",
    "쿠폰이 된다고 해서 갔는데 매장에서 안 된다고 하네요. {product} 사러 일부러 갔습니다.",
    "배달하시는 분이 너무 불친절하세요.",
    "빈 병 수거를 몇 주째 안 해 가셨어요.",
)
INQUIRIES = (
    "{product} 가격이 올랐나요?",
    "다음 주부터 {product} 대신 다른 걸로 바꾸고 싶어요.",
    "이사하는데 새 주소로도 배달이 되나요?",
    "{product}, 아이가 먹어도 되나요? 돌 지난 지 얼마 안 됐어요.",
    "포인트가 얼마나 남았는지 알고 싶습니다.",
    "쿠폰을 어느 매장에서 쓸 수 있나요?",
    "한 주만 배달을 쉬고 싶어요.",
    "영수증을 다시 받을 수 있을까요?",
    "{product}에 알레르기 성분이 들어 있나요?",
    "배달 요일을 월·목으로 바꿀 수 있나요?",
    "분유 단계를 언제 바꾸면 좋을까요?",
    "오래 받은 사람에게는 혜택이 없나요?",
    "자동 이체 날짜를 바꾸고 싶습니다.",
)
MAILINGS = {
    "pregnancy": "예비 엄마를 위한 안내: 임신 중 영양과 {product}",
    "months4": "4개월 아기 안내: 이유식 시작하기와 {product}",
    "months12": "돌 무렵 안내: 생우유로 바꾸기와 {product}",
}
ENDINGS = ("", "", "", " 확인 부탁드려요.", " 빨리 답 주세요.", " 연락 기다릴게요.", " 수고하세요.")


def filled_in(templates: tuple[str, ...], pick: Real, ending: Real, products: Words, minutes: Real) -> Words:
    """One text per row: `pick` and `ending` are uniform numbers that choose template and closing words."""
    choice = np.minimum(pick * len(templates), len(templates) - 1).astype(int)
    closing = np.minimum(ending * len(ENDINGS), len(ENDINGS) - 1).astype(int)
    texts = [
        with_particles(templates[choice[n]], products[n]).format(minutes=int(minutes[n]), hour=7)
        + (ENDINGS[closing[n]] if templates is not LATE else "")
        for n in range(len(pick))
    ]
    return np.array(texts, dtype=object)


def with_particles(template: str, product: str) -> str:
    """The template with its product and the particle that goes with the product's sound."""
    closed = _ends_in_consonant(product)
    for particles, after in (("이(가)", "이" if closed else "가"), ("을(를)", "을" if closed else "를")):
        template = template.replace("{product}" + particles, product + after)
    return template.replace("{product}", product)


def _ends_in_consonant(word: str) -> bool:
    """Whether the last syllable of a Korean word has a final consonant."""
    return (ord(word[-1]) - ord("가")) % 28 > 0
