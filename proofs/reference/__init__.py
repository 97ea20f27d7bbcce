"""A second verifier of plebiscite, written from `../spec/protocol.md` alone.

Numbers after § are sections of that text. `README.md` beside this file says what is where.
"""
