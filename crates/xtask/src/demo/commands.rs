//! The commands by which an open vote is closed, counted and published: printed for people, and followed by a test.

use super::official::in_english;
use super::stage::Stage;
use super::vote::Vote;

/// What stands before the commands, and after them, in the demo's output.
pub const BEFORE: &str = "To close, seal, count and publish it, type in another terminal:";
/// The line after the last command.
pub const AFTER: &str = "The server runs until you stop it (Ctrl-C).";

/// Every command of the officials and trustees up to the verdict, in order, for a POSIX shell.
///
/// # Errors
/// A sentence, where no election has been founded.
pub fn to_the_verdict(stage: &Stage, vote: &Vote) -> Result<Vec<String>, String> {
    let (record, id) = (stage.record(), stage.election()?);
    let mut lines = vec![
        format!("cd {}", quoted(&stage.path("").to_string_lossy())),
        format!("PATH={}:$PATH", quoted(&stage.programs().to_string_lossy())),
        format!(
            "as() {{ PLEBISCITE_FOLDER=$1 PLEBISCITE_PASSPHRASE=\"{}\"; export PLEBISCITE_FOLDER PLEBISCITE_PASSPHRASE; shift; \"$@\"; }}",
            Stage::passphrase("$1")
        ),
        format!("LOG=\"--record {record} --election {id}\""),
    ];
    let reason = quoted(&format!("{}: everyone has voted", in_english(&vote.title)));
    let time = "\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"";
    lines.extend(act("close", &format!(" --time {time} --reason {reason}"), &record));
    lines.extend(act("seal", "", &record));
    lines.extend((1..=4).map(|number| format!("as trustee-{number} plebiscite-trustee confirm $LOG --yes")));
    lines.extend((1..=3).map(|number| format!("as trustee-{number} plebiscite-trustee decrypt $LOG --yes")));
    lines.push("as official-1 plebiscite-admin result $LOG".to_owned());
    lines.extend(act("certify", "", &record));
    lines.push("plebiscite-verify record $LOG".replace("$LOG", &format!("{record} --election {id}")));
    Ok(lines)
}

/// One act: proposed by the first official, signed by two, posted.
fn act(kind: &str, more: &str, record: &str) -> Vec<String> {
    let file = format!("{kind}.act");
    vec![
        format!("as official-1 plebiscite-admin {kind}{more} $LOG --propose {file}"),
        format!("as official-1 plebiscite-admin sign {file} --record {record} --yes"),
        format!("as official-2 plebiscite-admin sign {file} --record {record} --yes"),
        format!("as official-1 plebiscite-admin post {file} --record {record}"),
    ]
}

/// A word of a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}
