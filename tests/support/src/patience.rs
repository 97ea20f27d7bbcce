//! Programs that must end by themselves: run with a limit in time, and pipes for them to stumble over.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Longest that a program of a test may take that has nothing to wait for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a program said, or nothing where it did not end in time; it is then ended.
pub fn ended(command: &mut Command) -> Option<Output> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(child.wait_with_output().unwrap())
}

/// Makes a pipe, to which nobody will ever write.
pub fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success(), "no pipe was made at {}", path.display());
}
