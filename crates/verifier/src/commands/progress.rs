//! How far a verification is, on standard error and only where that is a terminal: entries, their rate, the time left.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that goes away when it is dropped.
pub struct Shown(Option<ProgressBar>);

impl Shown {
    pub fn new() -> Self {
        let template = "  {bar:30} {human_pos} of {human_len} entries, {per_sec}, {eta} to go";
        let bar = || {
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        };
        Self(std::io::stderr().is_terminal().then(bar))
    }

    pub fn reached(&self, done: u64, all: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(all);
            bar.set_position(done);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
