"""The transcripts that proofs go on in: the two bases and their forks (§4.1, §4.2)."""

from .strobe import Transcript, u16, u32


def setup(election_id, attempt):
    """§4.1. `attempt` is the ceremony attempt's number."""
    transcript = Transcript("plebiscite/v1")
    transcript.absorb("fork", b"setup")
    transcript.absorb("suite", b"ristretto255-merlin-sha2")
    transcript.absorb("election-id", election_id)
    transcript.absorb("generators", b"plebiscite/v1/generators")
    transcript.absorb("attempt", u32(attempt))
    return transcript


def election(setup_transcript, key_digest, ceremony_digest, roll_root, roll_base):
    """§4.2."""
    transcript = setup_transcript.fork("election", 4)
    transcript.absorb("key-digest", key_digest)
    transcript.absorb("ceremony-digest", ceremony_digest)
    transcript.absorb("roll-root", roll_root)
    transcript.absorb("roll-base", roll_base)
    return transcript


def ballot(election_transcript, roll_index, credential, region, seq, previous):
    """§4.2; `credential` and `region` are the record's own."""
    transcript = election_transcript.fork("ballot", 5)
    transcript.absorb("roll-index", u32(roll_index))
    transcript.absorb("K", credential)
    transcript.absorb("region", u16(region))
    transcript.absorb("seq", u32(seq))
    transcript.absorb("prev", previous)
    return transcript


def contest(ballot_transcript, index):
    transcript = ballot_transcript.fork("contest", 1)
    transcript.absorb("contest-index", u32(index))
    return transcript


def ballot_signature(ballot_transcript):
    return ballot_transcript.fork("ballot-signature", 1)
