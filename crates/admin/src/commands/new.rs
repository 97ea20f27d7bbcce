//! `new`: a description by questions, one by one, whose answers are kept as they come.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;

use plebiscite_admin::draft::bytes;
use plebiscite_admin::interview::{Answers, Interview, Question, Turn};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use plebiscite_roles::signing::word;
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    /// The description; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the answers are kept as they come; FILE.answers.json unless given.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Go on where the kept answers end.
    #[arg(long)]
    resume: bool,
}

/// Longest file of answers.
const LIMIT: u64 = 4 * 1024 * 1024;
/// Longest answer: a long text is 4,096 bytes.
const LONGEST_LINE: u64 = 65_536;
/// The answer that goes back.
const BACK: &str = "<";

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    if arguments.out.exists() {
        return Err(Stop::input(format!(
            "{} exists already and is not overwritten",
            arguments.out.display()
        )));
    }
    let kept = arguments.kept();
    let mut interview = begin(arguments, &kept)?.at(super::now()?);
    let mut answered: u64 = 0;
    let asked_by_person = std::io::stdin().is_terminal();
    say(
        "Each answer is kept at once. Empty: what stands in [ ]. < goes back, ? says more, and you may stop at any time.",
    )?;
    loop {
        let question = match interview.turn() {
            Turn::Done(document) => {
                let document = bytes(&document).map_err(|error| Stop::new(Exit::Bug, error))?;
                files::create(&arguments.out, &document, Access::Public)?;
                let out = word(&arguments.out.to_string_lossy());
                print_line(&format!("the description is in {}", arguments.out.display()))?;
                return print_line(&format!(
                    "next: plebiscite-admin lint {out}; then: plebiscite-admin draft {out} --out manifest.json"
                ));
            }
            Turn::Ask(question) => question,
        };
        ask(&question)?;
        let Some(line) = read_line()? else {
            return Err(stopped(interview.answers(), &question, arguments, &kept));
        };
        answered = answered.saturating_add(1);
        match line.trim() {
            "?" => say(if question.help.is_empty() {
                "there is no more to say about it"
            } else {
                &question.help
            })?,
            BACK => {
                if !interview.back() {
                    say("this is the first question")?;
                }
            }
            answer => match interview.answer(answer) {
                Ok(notes) => {
                    files::replace(&kept, &to_file(interview.answers())?, Access::Public)?;
                    notes.iter().try_for_each(|note| say(note))?;
                }
                Err(fault) if asked_by_person => say(&format!("that cannot be taken: {fault}"))?,
                // Whoever pipes answers cannot see it, and the next line answers another question.
                Err(fault) => {
                    let before = match interview.answers().is_empty() {
                        true => "nothing is kept".to_owned(),
                        false => format!("the answers before it are kept: go on by {}", resuming(arguments)),
                    };
                    return Err(Stop::input(format!(
                        "line {answered} of the answers, to \"{}\", cannot be taken: {fault}; {before}",
                        question.prompt
                    )));
                }
            },
        }
    }
}

/// What is said where the answers end before the questions do.
fn stopped(answers: &Answers, question: &Question, arguments: &Arguments, kept: &std::path::Path) -> Stop {
    let sentence = if answers.is_empty() {
        "stopped before the first answer: nothing is kept".to_owned()
    } else {
        format!(
            "stopped before \"{}\" was answered; every answer before it is kept in {}: go on by {}",
            question.prompt,
            kept.display(),
            resuming(arguments)
        )
    };
    Stop::new(Exit::NotYet, sentence)
}

/// The command that goes on.
fn resuming(arguments: &Arguments) -> String {
    let answers = arguments.answers.as_ref();
    let answers =
        answers.map_or_else(String::new, |file| format!(" --answers {}", word(&file.to_string_lossy())));
    format!("plebiscite-admin new --out {}{answers} --resume", word(&arguments.out.to_string_lossy()))
}

impl Arguments {
    fn kept(&self) -> PathBuf {
        self.answers.clone().unwrap_or_else(|| {
            let mut name = self.out.file_name().unwrap_or_default().to_owned();
            name.push(".answers.json");
            self.out.with_file_name(name)
        })
    }
}

fn begin(arguments: &Arguments, kept: &std::path::Path) -> Result<Interview, Stop> {
    match (files::read(kept, LIMIT), arguments.resume) {
        (Ok(file), true) => {
            let answers =
                Answers::read(&file).map_err(|error| Stop::input(format!("{}: {error}", kept.display())))?;
            Ok(Interview::with(answers))
        }
        (Ok(_), false) => Err(Stop::input(format!(
            "{} holds answers already: go on with them by --resume, or keep others by --answers FILE",
            kept.display()
        ))),
        (Err(error), false) if error.is_missing() => Ok(Interview::default()),
        (Err(error), _) => Err(error.into()),
    }
}

fn to_file(answers: &Answers) -> Result<Vec<u8>, Stop> {
    answers.to_file().map_err(|error| Stop::new(Exit::Bug, error))
}

fn ask(question: &Question) -> Result<(), Stop> {
    if let Some(fault) = &question.fault {
        say(&format!("the answer that was kept cannot be taken: {fault}"))?;
    }
    let default = question.default.as_ref().map_or_else(String::new, |default| format!(" [{default}]"));
    // A person answers on the same line; piped answers are not seen.
    let end = if std::io::stdin().is_terminal() { ' ' } else { '\n' };
    let mut err = std::io::stderr();
    write!(err, "{}{}:{end}", Printable(&question.prompt), Printable(&default))
        .and_then(|()| err.flush())
        .map_err(Stop::input)
}

/// What is said beside the questions goes where they go.
fn say(line: &str) -> Result<(), Stop> {
    writeln!(std::io::stderr(), "{}", Printable(line)).map_err(Stop::input)
}

/// A line of standard input; none at its end.
fn read_line() -> Result<Option<String>, Stop> {
    let mut line = String::new();
    let read = std::io::stdin().lock().take(LONGEST_LINE).read_line(&mut line);
    let read = read.map_err(|error| Stop::input(format!("an answer cannot be read: {error}")))?;
    if read as u64 >= LONGEST_LINE {
        return Err(Stop::input("an answer is longer than 65,536 bytes"));
    }
    Ok((read > 0).then_some(line))
}
