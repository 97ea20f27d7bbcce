//! The stage of the demo: one folder, one server, every role a program with a folder and a passphrase of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressStyle};
use plebiscite_election::entry::ElectionId;
use plebiscite_election::manifest::time::Time;
use serde_json::Value;

use crate::command::root;

/// How long anything may take that has no reason to take long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that the demo knows: one server, and the election that is being held on it, whose roles have their folders
/// in a scene of its own. The server ends with it.
pub struct Stage {
    programs: PathBuf,
    folder: PathBuf,
    begun: Instant,
    kept: bool,
    pages: Option<PathBuf>,
    server: Option<Child>,
    site: Option<String>,
    scene: &'static str,
    election: Option<ElectionId>,
}

impl Stage {
    /// An empty stage. A folder of the caller's is kept afterwards; one of our own is removed when all went well.
    ///
    /// `pages` is the folder of the web pages, if they are to be served.
    pub fn begin(programs: PathBuf, folder: Option<PathBuf>, pages: Option<PathBuf>) -> Result<Self, String> {
        let kept = folder.is_some();
        let folder =
            folder.unwrap_or_else(|| root().join("target").join(format!("demo-{}", std::process::id())));
        std::fs::create_dir_all(folder.parent().unwrap_or(&folder)).map_err(|error| error.to_string())?;
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self {
            programs,
            folder,
            begun: Instant::now(),
            kept,
            pages,
            server: None,
            site: None,
            scene: "",
            election: None,
        })
    }

    /// Begins the next election, in a folder of its own.
    pub fn scene(&mut self, name: &'static str) -> Result<(), String> {
        (self.scene, self.election) = (name, None);
        let folder = self.folder.join(name);
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))
    }

    /// A line of progress, with the seconds since the demo began.
    pub fn say(&self, what: &str) {
        println!("{:>5} s  {what}", self.begun.elapsed().as_secs());
    }

    /// A bar over so many steps.
    pub fn bar(&self, what: &'static str, steps: u64) -> ProgressBar {
        let style = ProgressStyle::with_template("  {msg} {bar:30} {pos}/{len} {per_sec}");
        ProgressBar::new(steps)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what)
    }

    /// A path in the present scene.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(self.scene).join(name)
    }

    /// The folder of everything that the server keeps.
    pub fn board(&self) -> PathBuf {
        self.folder.join("board")
    }

    /// The folder of the roles' programs.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The passphrase of a role's vaults: everyone has another.
    pub fn passphrase(role: &str) -> String {
        format!("the demo's passphrase of {role}")
    }

    /// A role's program, ready to be run: with its folder and passphrase.
    pub fn program(&self, program: &str, role: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(arguments)
            .env("PLEBISCITE_FOLDER", self.path(role))
            .env("PLEBISCITE_PASSPHRASE", Self::passphrase(role));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a role's program to its end and gives back what it printed.
    pub fn run(&self, program: &str, role: &str, arguments: &[&str]) -> Result<String, String> {
        let output =
            self.program(program, role, arguments).output().map_err(|error| format!("{program}: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{program} {} by {role} ({}): {}",
            arguments.first().unwrap_or(&""),
            output.status,
            said.trim_end()
        ))
    }

    /// Starts the server, unless it runs, and waits for its address.
    pub fn start_server(&mut self) -> Result<(), String> {
        if self.server.is_some() {
            return Ok(());
        }
        let settings = self.folder.join("server.toml");
        // All of the demo's voters come from one address, as fast as they can.
        let limits = "[limits]\ncasts_per_second_per_address = 1000000\ncasts_per_second = 1000000\nacts_per_second_per_address = 1000000\nqueue = 65536\n";
        std::fs::write(&settings, limits).map_err(|error| error.to_string())?;
        let (address, log) = (self.folder.join("address"), self.folder.join("server.log"));
        let _ = std::fs::remove_file(&address);
        let log = std::fs::File::create(log).map_err(|error| error.to_string())?;
        let mut command = Command::new(self.programs.join("plebiscite-server"));
        command.arg("--config").arg(&settings).arg("--data").arg(self.board());
        command.args(["serve", "--while-stdin", "--listen", "127.0.0.1:0", "--address-file"]).arg(&address);
        if let Some(pages) = &self.pages {
            command.arg("--web-dir").arg(pages);
        }
        // However this process ends, the pipe ends with it, and so does the server.
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn();
        self.server = Some(child.map_err(|error| format!("plebiscite-server: {error}"))?);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Ok(text) = std::fs::read_to_string(&address) {
                self.site = Some(format!("http://{text}"));
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("the server does not start: see server.log".to_owned())
    }

    /// Notes which election it is.
    pub fn found(&mut self, id: ElectionId) {
        self.election = Some(id);
    }

    /// The election.
    pub fn election(&self) -> Result<ElectionId, String> {
        self.election.ok_or_else(|| "the election is not founded yet".to_owned())
    }

    /// The present second, as acts name it.
    pub fn now(&self) -> Result<String, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Time::from_unix(now).map(|time| time.to_string()).map_err(|error| error.to_string())
    }

    /// The server's address.
    pub fn site(&self) -> String {
        self.site.clone().unwrap_or_default()
    }

    /// The first 16 hex of the election's id.
    pub fn prefix(&self) -> String {
        self.election.map(|id| id.to_string().chars().take(16).collect()).unwrap_or_default()
    }

    /// The log's address.
    pub fn record(&self) -> String {
        format!("{}/e/{}/", self.site(), self.prefix())
    }

    /// Verifies a record from outside, as anyone can, and gives back the report.
    pub fn verify(&self, record: &str) -> Result<Value, String> {
        let report = self.verifier(record, &["--json"])?;
        serde_json::from_str(&report).map_err(|error| format!("the report is no JSON: {error}"))
    }

    /// Verifies a record from outside, and gives back the report as people read it.
    pub fn readable(&self, record: &str) -> Result<String, String> {
        self.verifier(record, &[])
    }

    fn verifier(&self, record: &str, more: &[&str]) -> Result<String, String> {
        let id = self.election()?.to_string();
        let mut command = Command::new(self.programs.join("plebiscite-verify"));
        command.args(["record", record, "--election", &id]).args(more);
        let output = command.output().map_err(|error| format!("plebiscite-verify: {error}"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("plebiscite-verify record ({}): {}", output.status, said.trim_end()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Ends the server without any warning.
    pub fn kill_server(&mut self) -> Result<(), String> {
        if let Some(mut server) = self.server.take() {
            server.kill().and_then(|()| server.wait()).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Writes the log as a plain folder.
    pub fn export(&self) -> Result<String, String> {
        let folder = self.path("mirror").to_string_lossy().into_owned();
        let mut command = Command::new(self.programs.join("plebiscite-server"));
        command.arg("--data").arg(self.board()).args(["export", &self.prefix(), &folder]);
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("export: {}", String::from_utf8_lossy(&output.stderr).trim_end()));
        }
        self.say(String::from_utf8_lossy(&output.stdout).trim_end());
        Ok(folder)
    }

    /// Waits for as long as the server runs.
    pub fn serve(&mut self) -> Result<(), String> {
        let Some(server) = &mut self.server else { return Err("no server runs".to_owned()) };
        let status = loop {
            // Not `wait`, which would close the pipe that keeps the server running.
            match server.try_wait().map_err(|error| error.to_string())? {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(200)),
            }
        };
        self.server = None;
        if status.success() { Ok(()) } else { Err(format!("the server ended: {status}")) }
    }

    /// Clears the stage after all went well.
    pub fn end(&self) -> Result<(), String> {
        if self.kept {
            Ok(())
        } else {
            std::fs::remove_dir_all(&self.folder).map_err(|error| error.to_string())
        }
    }

    /// The folder of the whole stage.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Only the process that this stage started.
        let _ = self.kill_server();
    }
}

/// Regions in favour and all regions, by their votes, from the report's condition on regions.
pub fn regions(report: &Value) -> Result<(u64, u64), String> {
    let conditions = report.pointer("/verdict/contests/0/conditions").and_then(Value::as_array);
    let regions = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition.pointer("/condition/kind").and_then(Value::as_str) == Some("regions"));
    let fraction = |name: &str| {
        let text = regions?.get(name)?;
        text.as_str().map(str::to_owned).or_else(|| text.as_u64().map(|number| number.to_string()))
    };
    let whole = |text: String| text.parse::<u64>().ok();
    let of = fraction("reached_if_no")
        .and_then(whole)
        .zip(fraction("base_if_no").or_else(|| fraction("base")).and_then(whole));
    of.ok_or_else(|| format!("the report does not say how many regions are for: {regions:?}"))
}
