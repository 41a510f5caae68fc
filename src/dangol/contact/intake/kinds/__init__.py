"""Keeps the kinds of files that are taken in, one module each; `KINDS` is what `dangol import` and the pages offer.

Called by: the intake, and pages that name kinds and fields.
Must never know: how a file is read, or where its rows are written.

How to add one (copy the smallest that is like it):

1. A module `kinds/<name>.py` with its `FIELDS` (a `Field` each: name, label, type, synonyms, whether it is needed) and
   one `Kind`. Its name goes into `KINDS` below. The records' tables get their taker first (`feeds._COLUMNS` and
   `load.TAKERS`, one set-based function of the room that owns the table).
2. The generic check reads every mapped cell by the type of its field and makes the table `lines` of the stage, one
   row for each row of the file: `row`, each field under its own name (null where nothing can be read; "" for words),
   `bad_<field>` (something is written that cannot be read), `left_out`, `problem` and `accepted`. A row is refused
   where a needed field is null, where a field with `Unread.REFUSE` is bad, or a code is too long. `Unread.LEAVE` leaves
   the cell empty and tells it among the warnings.
3. What the types do not say stands in SQL in `judge(rows, given)`: wrap the query `rows`, keep all its columns, add
   what you need and `wrong`, the names of fields (or further words of `reasons`) for which a row is refused. What only
   the records know (does this loan exist?) is asked in `ask(stage, given)`, inside the transaction: refuse there with
   `stage.engine.execute("UPDATE lines SET accepted = false, problem = 'stranger' WHERE …")`.
4. `feeds(stage, given)` yields the accepted rows as feeds, one row of a feed for each accepted row, in parts of some
   tens of thousands (`stage.batches`); `aside` yields what has to be there before and is not counted.
5. `reasons` has a sentence for each word of `problem` that the type's own reason (`rejects.BY_TYPE`) does not tell
   well; it may name %(row)s, %(column)s and %(cell)s. `warnings` tells what was decided on the way.
6. Memory is small, and every column of `lines` takes a piece of it, whatever it holds: name in `spent` what is not
   asked for after the judging, and use no window over all rows (a question over hashed keys, `asked`, can spill).

A field of the type CUSTOMER says who it is: a number of ours, a member or card number, a phone number or an e-mail
address. Give its text to the feed's column `customer`: `load` finds whose it is, or makes them a customer.
"""

from dangol.contact.intake.kinds.consents import CONSENTS
from dangol.contact.intake.kinds.costs import COSTS
from dangol.contact.intake.kinds.customers import CUSTOMERS
from dangol.contact.intake.kinds.deliveries import DELIVERIES
from dangol.contact.intake.kinds.feedback import FEEDBACK
from dangol.contact.intake.kinds.interactions import INTERACTIONS
from dangol.contact.intake.kinds.kind import Kind
from dangol.contact.intake.kinds.loans import LOANS
from dangol.contact.intake.kinds.needs import NEEDS
from dangol.contact.intake.kinds.points import POINTS
from dangol.contact.intake.kinds.products import PRODUCTS
from dangol.contact.intake.kinds.subscriptions import SUBSCRIPTIONS
from dangol.contact.intake.kinds.surveys import SURVEYS
from dangol.contact.intake.kinds.transactions import TRANSACTIONS

KINDS: dict[str, Kind] = {one.name: one for one in (
    TRANSACTIONS, CUSTOMERS, PRODUCTS, CONSENTS, FEEDBACK, SURVEYS, INTERACTIONS, SUBSCRIPTIONS, POINTS, LOANS, NEEDS,
    DELIVERIES, COSTS,
)}  # fmt: skip
