"""Keeps where everybody stood month by month, who moved between two months, and whom the newest month leaves short.

Called by: web; what counts (`portrait`, `moves`) is plain numbers and knows nothing of tables.
Must never know: pages, or what is done for those who moved.
"""
