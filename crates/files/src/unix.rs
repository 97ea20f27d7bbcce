//! What only Unix has: flags by which a pipe is not waited for and a link not followed, and the numbers of a file.

#[cfg(unix)]
pub use with_flags::{is_same, without_waiting};
#[cfg(not(unix))]
pub use without_flags::{is_same, without_waiting};

#[cfg(unix)]
mod with_flags {
    use std::fs::{Metadata, OpenOptions};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

    use crate::Links;

    /// A pipe is opened at once, a terminal becomes nobody's, and a link is followed or not.
    pub fn without_waiting(options: &mut OpenOptions, links: Links) {
        let no_links = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | no_links);
    }

    /// Whether these are of one file.
    pub fn is_same(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }
}

#[cfg(not(unix))]
mod without_flags {
    use std::fs::{Metadata, OpenOptions};

    use crate::Links;

    /// This system has no pipes among its files.
    pub fn without_waiting(_: &mut OpenOptions, _: Links) {}

    /// This system numbers no files: length and time of making are all that there is to compare.
    pub fn is_same(one: &Metadata, other: &Metadata) -> bool {
        one.is_file() == other.is_file()
            && one.len() == other.len()
            && one.created().ok() == other.created().ok()
    }
}
