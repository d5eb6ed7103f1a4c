"""Hold the lives that a case of the week may have, and the offices it may belong to."""

from __future__ import annotations

OFFICES: dict[str, tuple[str | None, ...]] = {
    "nghe-an/kv1": ("cv.an", "cv.binh"),
    "nghe-an/kv2": ("cv.chi", "cv.dung"),
    "nghe-an/kv3": ("cv.giang", "cv.ha", None),
    "nghe-an": (None, "cv.an"),
}
"""The sample's offices; the agency itself has no chief officer, and some cases no officer yet."""

_REQUEST = """
    0 judgment_effective
    1-9 request_received
    2-7 enforcement_decision_issued
    0-3 officer_assigned
    0-4 case_file_opened
    0-4 decision_sent_to_procuracy
    0-4 decision_notified_to_parties
    0-4 decision_validly_notified channel=direct
"""
LIVES: dict[str, tuple[int, str]] = {
    "means": (5, _REQUEST + """
        9-17 means_verified outcome=with_means
        2-9 coercion_decided measure=account_deduction
        3-9 money_collected amount_vnd=5000000
        4-12 proceeds_paid
        2-6 obligation_performed
        1-3 closed
    """),
    "no means": (4, _REQUEST + """
        9-17 means_verified outcome=without_means
        2-6 no_means_decided
        3-7 no_means_published
        6-16 new_information_received
        5-12 means_verified outcome=with_means
        1-3 enforcement_continued
        2-4 publication_ended
    """),
    "reverified": (2, _REQUEST + """
        9-12 means_verified outcome=without_means
        2-4 no_means_decided
        1-2 no_means_published
        118-126 means_verified outcome=without_means
        118-128 means_verified outcome=without_means
    """),
    "postponed": (2, _REQUEST + """
        9-17 postponement_ground_arose ground=46.1.a
        2-7 postponed ground=46.1.a
        3-20 postponement_ground_ended
        2-7 resumed
        3-9 means_verified outcome=with_means
    """),
    "seized": (2, _REQUEST + """
        9-14 means_verified outcome=with_means
        3-5 coercion_decided measure=seizure
        2-4 seizure_notified
        3-6 coercion_planned at=08:30
        0-1 asset_seized at=10:15 kind=movable asset=xe
        3-8 valuation_contract_signed asset=xe
        4-9 valuation_result_received asset=xe
        1-4 valuation_result_notified asset=xe
    """),
    "with forces": (1, _REQUEST + """
        9-14 means_verified outcome=with_means
        3-5 coercion_decided measure=hand_over
        8-14 coercion_planned at=08:30 with_forces=true
        0-0 coercion_carried_out at=08:30 with_forces=true
    """),
    "frozen": (2, _REQUEST + """
        2-9 urgent_record_made at=14:20 measure=freeze
        0-1 decision_sent_to_procuracy
        0-1 security_measure_applied at=15:10 measure=freeze
        0-2 security_decision_delivered measure=freeze asset_kind=securities
        1-4 freeze_executed at=09:40
        0-3 freeze_reported
    """),
    "officio": (3, """
        0 judgment_received
        2-8 enforcement_decision_issued
        0-3 officer_assigned
        0-4 case_file_opened
        0-4 decision_sent_to_procuracy
        0-5 decision_validly_notified channel=post
        9-17 means_verified outcome=without_means
        2-8 no_means_decided
    """),
    "provisional": (3, """
        0 judgment_received at=10:05
        0-1 enforcement_decision_issued
        0-1 officer_assigned at=16:30
        0-2 decision_notified_to_parties
        0-2 means_verified outcome=with_means
        0-2 provisional_measure_needs_coercion
        0-2 coercion_decided measure=hand_over
    """),
    "entrusted": (1, """
        0 entrustment_received
        3-8 enforcement_decision_issued
        0-3 officer_assigned
        0-4 case_file_opened
        3-8 entrustment_ground_found
        3-8 entrusted
    """),
    "protested": (1, _REQUEST + """
        3-9 protest_received level=local
        9-16 protest_replied accepted=true
        3-7 information_requested source=registry
        2-5 information_provided
    """),
    "limitation": (1, """
        0 judgment_effective
    """),
}  # fmt: skip
"""How often a life is met, and its facts with the working days that each takes after the last."""
ORIGINS = {"officio": "ex_officio", "provisional": "provisional_measure", "entrusted": "entrusted"}
"""The origin of a case of each life that is not on request."""
PLANS = ("coercion_planned",)
"""What is told before it happens."""
FORGOTTEN = 0.13
"""The share of facts that nobody reports: the duty is not done, or a later one comes first."""
BUSY = 0.17
"""The share of cases to which something happens in the week."""
