//! The Schnorr family: every input counts, published forgeries bite weakened copies and fail against the real check.

mod forgeries;
mod inputs;
mod nonces;
