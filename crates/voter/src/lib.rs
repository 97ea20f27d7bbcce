//! The voter's client rules as one state machine, and plebiscite-voter.
