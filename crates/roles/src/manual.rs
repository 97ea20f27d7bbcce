//! Completions for shells and manual pages, made from a program's own command line, so that they are never out of date.

use std::io::Write;
use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;

use crate::cli::{Exit, Stop};
use crate::files::{self, Access};
use crate::program::print_line;

/// `completions SHELL`: what a shell needs to complete this program's command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

/// `man FOLDER`: a manual page for the program and one for each command.
#[derive(Clone, Debug, clap::Args)]
pub struct Man {
    /// Where the pages go, as `PROGRAM.1` and `PROGRAM-COMMAND.1`; pages that stand there are replaced.
    folder: PathBuf,
}

impl Completions {
    /// Prints the completions of a command line.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn run(&self, mut line: Command) -> Result<Exit, Stop> {
        let name = line.get_name().to_owned();
        // Made whole first: the generator itself ends the program where it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut line, name, &mut script);
        std::io::stdout().write_all(&script).map_err(Stop::input)?;
        Ok(Exit::Pass)
    }
}

impl Man {
    /// Writes the manual pages of a command line.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn run(&self, line: Command) -> Result<Exit, Stop> {
        files::make_folder(&self.folder)?;
        let pages = pages(line)?;
        for (name, page) in &pages {
            files::replace(&self.folder.join(name), page, Access::Public)?;
        }
        print_line(&format!("{} manual pages are in {}", pages.len(), self.folder.display()))
    }
}

/// The pages by their files' names.
fn pages(line: Command) -> Result<Vec<(String, Vec<u8>)>, Stop> {
    let mut line = line.disable_help_subcommand(true);
    line.build();
    let program = line.get_name().to_owned();
    let mut pages = vec![page(line.clone(), program.clone())?];
    for command in line.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("{program}-{}", command.get_name());
        pages.push(page(command.clone(), name)?);
    }
    Ok(pages)
}

fn page(line: Command, name: String) -> Result<(String, Vec<u8>), Stop> {
    let mut page = Vec::new();
    clap_mangen::Man::new(line).title(name.to_uppercase()).render(&mut page).map_err(Stop::input)?;
    Ok((format!("{name}.1"), page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn line() -> Command {
        Command::new("plebiscite-example").about("An example.").subcommand(
            Command::new("seal")
                .about("Sign a seal.")
                .arg(Arg::new("record").long("record").help("The record.")),
        )
    }

    #[test]
    fn every_command_has_a_manual_page_that_names_its_options() {
        let folder = tempfile::tempdir().unwrap();
        let man = Man { folder: folder.path().join("man") };
        assert_eq!(man.run(line()).unwrap(), Exit::Pass);
        let read = |name| std::fs::read_to_string(man.folder.join(name)).unwrap();
        assert!(read("plebiscite-example.1").contains("An example."));
        let page = read("plebiscite-example-seal.1");
        assert!(page.contains("Sign a seal.") && page.contains("record"), "{page}");
        assert_eq!(man.run(line()).unwrap(), Exit::Pass, "pages are replaced");
    }

    #[test]
    fn completions_are_made_for_every_shell() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut line(), "plebiscite-example", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert!(script.contains("seal") && script.contains("record"), "{shell}");
            assert_eq!(Completions { shell }.run(line()).unwrap(), Exit::Pass);
        }
    }
}
