//! What only systems with Unix's file modes can do: files and folders for their owner only, folders that are synced.
//!
//! Elsewhere a file has the access that its folder gives it, and a rename is as durable as the system makes it.

#[cfg(unix)]
pub use with_modes::{owner_only, owner_only_folder, sync_folder};
#[cfg(not(unix))]
pub use without_modes::{owner_only, owner_only_folder, sync_folder};

#[cfg(unix)]
mod with_modes {
    use std::fs::{DirBuilder, File, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    use std::path::Path;

    /// A file that is made by these options is readable and writable by its owner only (mode 0600).
    pub fn owner_only(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// A folder that is made by this builder is for its owner only (mode 0700).
    pub fn owner_only_folder(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// The folder cannot be opened or synced.
    pub fn sync_folder(folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

#[cfg(not(unix))]
mod without_modes {
    use std::fs::{DirBuilder, OpenOptions};
    use std::io;
    use std::path::Path;

    /// This system has no modes.
    pub fn owner_only(_: &mut OpenOptions) {}

    /// This system has no modes.
    pub fn owner_only_folder(_: &mut DirBuilder) {}

    /// This system syncs no folders.
    ///
    /// # Errors
    /// None.
    pub fn sync_folder(_: &Path) -> io::Result<()> {
        Ok(())
    }
}
