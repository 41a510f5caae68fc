"""Keeps consents and suppressions, and answers one question: may we send?

Called by: campaigns when planning and enqueuing, delivery when handing over.
Must never know: why somebody wants to send.
"""
