"""Which requests no person made, and which no page answers: what is left out of a log, each by the first reason."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# Programs say what they are; a browser of a person says none of these.
ROBOT = (
    r"(?i)bot\b|bot[/;_ -]|crawl|spider|slurp|archiver|fetch|scan|monitor|check|probe|preview|validator|feed|rss|"
    r"https?://|@|curl|wget|python|java/|okhttp|go-http|ruby|perl|libwww|httpclient|headless|phantom|lighthouse|"
    r"uptime|pingdom|facebookexternalhit|yeti/|daumoa|apache-http|winhttp|masscan|nikto|zgrab|scrapy|postman"
)
BROWSER = r"(?i)^mozilla/|^opera/"
PARTS = (
    r"(?i)\.(?:css|js|mjs|map|json|xml|txt|ico|gif|jpe?g|png|svg|webp|avif|bmp|woff2?|ttf|eot|otf|mp[34]|webm|ogg|"
    r"wav|pdf|zip|gz|tar|rar|7z|exe|dmg|iso|swf)$|^/favicon|^/robots\.txt"
)

ROBOTS, ERRORS, ELSEWHERE, NO_PAGE, NO_READING = "robots", "errors", "elsewhere", "no_page", "no_reading"
REASONS = (NO_READING, ROBOTS, ERRORS, ELSEWHERE, NO_PAGE)


def left_out(hits: pa.Table) -> pa.StringArray:
    """Why each request is left out, "" for what a person read. Of each program only its words are looked at.

    no_reading: nothing was read (a form sent, a head asked for, a request that is none); errors: 4xx and 5xx;
    elsewhere: 3xx but 304, which shows a page again; no_page: pictures, programs and files of pages.
    """
    status = hits["status"].combine_chunks()
    first = pc.utf8_slice_codeunits(status, 0, 1)
    agents = hits["agent"].combine_chunks().dictionary_encode()
    words = agents.dictionary
    robot = pc.or_(pc.match_substring_regex(words, ROBOT), pc.invert(pc.match_substring_regex(words, BROWSER)))
    # Whoever says nothing of a program may be a log that does not keep it: such lines are not judged by it.
    robot = pc.and_(robot, pc.not_equal(words, "")).take(agents.indices)
    return pc.case_when(
        pc.make_struct(
            pc.not_equal(hits["method"].combine_chunks(), "GET"),
            robot,
            pc.is_in(first, pa.array(["4", "5"])),
            pc.or_(pc.equal(first, "1"), pc.and_(pc.equal(first, "3"), pc.not_equal(status, "304"))),
            pc.match_substring_regex(hits["path"].combine_chunks(), PARTS),
        ),
        *(pa.scalar(one) for one in REASONS),
        pa.scalar(""),
    )
