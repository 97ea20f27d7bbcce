//! Peers to compare with: the same work done by libraries that others wrote.
