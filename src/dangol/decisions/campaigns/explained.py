"""Being chosen for a campaign, held out or passed over, and its offer, as decisions that can be contested."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.decisions.campaigns.queries import Why, why
from dangol.decisions.segments.fields import BadRule
from dangol.decisions.segments.queries import described
from dangol.lib.languages import speaks
from dangol.records.rights.explaining import Explained, Explainer

SELECTION, OFFER = "campaign", "offer"
SELECTION_CRITERIA = gettext_lazy(
    "A campaign is for those who fit its rule. Whoever may be written to is drawn by lot: most get it, some are held"
    " out so that its effect can be measured. The lot knows nothing about you."
)
OFFER_CRITERIA = gettext_lazy("Everybody who is written to in one campaign gets the same offer at the same price.")


def selections_explained(customer_id: int) -> list[Explained]:
    """Every campaign that chose or passed over the customer, the latest first."""
    return [_selection(one) for one in why(customer_id)]


def offers_explained(customer_id: int) -> list[Explained]:
    """The offer of every campaign that reached the customer."""
    return [_offer(one) for one in why(customer_id) if one.code == "sent"]


def explainers() -> tuple[Explainer, ...]:
    """How campaigns and their offers are decided, for the registry."""
    return (
        Explainer(SELECTION, gettext_lazy("Selection for a campaign"), SELECTION_CRITERIA, selections_explained),
        Explainer(OFFER, gettext_lazy("Offer of a campaign"), OFFER_CRITERIA, offers_explained),
    )


def _selection(one: Why) -> Explained:
    share = one.campaign.holdout_share
    return Explained(
        decision=SELECTION, subject=one.campaign.source_ref, at=one.at,
        title=_("Campaign “%(campaign)s”") % {"campaign": one.campaign.name}, result=one.sentence,
        data=(_rule(one), _("What you allowed and refused"), _("Where you can be reached")),
        influence=(
            _("You fitted the rule of the campaign: %(rule)s.") % {"rule": _rule(one)},
            _("Of those who may be written to, %(share)s of 100 are held out by lot.") % {"share": f"{100 * share:g}"},
        ),
        rule=_("Rule saved on %(day)s") % {"day": one.campaign.segment.saved_at.date().isoformat()},
    )  # fmt: skip


def _offer(one: Why) -> Explained:
    offer = one.campaign.offer
    name = offer.name_ko if speaks() == "ko" else offer.name_en
    return Explained(
        decision=OFFER, subject=one.campaign.source_ref, at=one.at,
        title=_("Offer of “%(campaign)s”") % {"campaign": one.campaign.name}, result=name, data=(_rule(one),),
        influence=(_("The offer belongs to the campaign; nothing about you alone changed it."),),
        rule=_("Planned on %(day)s") % {"day": one.campaign.planned_at.date().isoformat()},
    )  # fmt: skip


def _rule(one: Why) -> str:
    try:
        return described(one.campaign.segment.rule)
    except BadRule:  # a field of another version of Dangol
        return one.campaign.segment.name
