//! A pipe in the place of a receipt or an opening is refused at once, before anyone is asked, and never
//! waited for.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::path::Path;
use std::process::Command;

use plebiscite_support::patience::{ended, make_pipe};

#[test]
fn no_command_waits_for_a_pipe_in_the_place_of_a_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pipes");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let pipe = folder.join("pipe");
    make_pipe(&pipe);
    let pipe = pipe.to_str().unwrap();
    let election = "ab".repeat(32);
    // Nothing listens at this address: a command that asked first would say so.
    let place = ["--server", "http://127.0.0.1:1", "--election", &election];
    for arguments in [
        &["check", "--roll-number", "0", "--receipt", pipe][..],
        &["check-test", pipe, "--control-code", "00000-00000-00000-00000-00000", "--roll-number", "0"],
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_plebiscite-voter"));
        program.args(arguments).args(place).env("PLEBISCITE_FOLDER", &folder).current_dir(&folder);
        let output = ended(&mut program).unwrap_or_else(|| unreachable!("{arguments:?} waits"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("it is no plain file"), "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
