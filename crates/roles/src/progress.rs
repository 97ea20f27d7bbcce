//! How far a long command is, on standard error and only where that is a terminal.

use std::borrow::Cow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that says how far something is; it goes away when it is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar over so many steps; with 0 steps, whose number is not known yet, it only shows that something is going on.
    #[must_use]
    pub fn over(what: impl Into<Cow<'static, str>>, steps: u64) -> Self {
        let (bar, template) = match steps {
            0 => (ProgressBar::new_spinner(), "  {spinner} {msg}, {elapsed}"),
            _ => (ProgressBar::new(steps), "  {msg} {bar:30} {human_pos}/{human_len}, {eta} to go"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bar.with_style(style).with_message(what);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar }
    }

    /// One step more is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// So many steps are done, of so many.
    pub fn reached(&self, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_whether_or_not_they_are_shown() {
        let progress = Progress::over("testing", 3);
        progress.step();
        progress.step();
        assert_eq!(progress.bar.position(), 2);
        progress.reached(7, 9);
        assert_eq!((progress.bar.position(), progress.bar.length()), (7, Some(9)));
        assert_eq!(Progress::over("waiting", 0).bar.length(), None);
    }
}
