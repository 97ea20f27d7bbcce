//! Settings: a TOML file, then the environment, then flags. Unknown keys are errors.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::second::SecondKey;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cosigned::Place;

/// All settings of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of everything that the server keeps.
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where to write the address that was taken, for whoever started the server with port 0.
    pub address_file: Option<PathBuf>,
    /// File of the board's secret key; `board.key` in the data folder unless set.
    pub board_key: Option<PathBuf>,
    /// Folder of keys that may succeed the board's own (files that end in `.key`); `successors` in the data folder unless
    /// set.
    pub successor_keys: Option<PathBuf>,
    /// File of the board's ML-DSA-44 secret, by which cosigned checkpoints get a second signature of the board's; none
    /// unless set.
    pub board_second_key: Option<PathBuf>,
    /// Folder of the last signed checkpoints; `signed` in the data folder unless set. On another disk it stays what it
    /// is when the data folder is put back to an older copy, and the server then refuses to start.
    pub signed: Option<PathBuf>,
    /// Keys (hex) of officials who may post a manifest over HTTP; with none, only the command on this machine adds one.
    pub manifests_from: Vec<String>,
    /// Folder of the pages that run in the browser; without it, those that are built in, if any are.
    pub web_dir: Option<PathBuf>,
    /// Contact for `/.well-known/security.txt`; without one there is no such page.
    pub security_contact: Option<String>,
    /// Log lines as JSON.
    pub log_json: bool,
    /// Where the witnesses are that manifests name.
    pub witnesses: Vec<Witness>,
    /// ML-DSA-44 verifier keys of witnesses, which have these witnesses' names: their lines are verified and kept too.
    pub second_keys: Vec<String>,
    /// Seconds between two requests to each witness. The same for all votes, so that cosignatures date no single ballot.
    pub witness_interval_seconds: u64,
    /// Limits.
    pub limits: Limits,
}

/// A witness, as its operator names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// Its verifier key: `name+id+key`.
    pub key: String,
    /// Where it takes checkpoints: its submission prefix.
    pub url: String,
}

/// Limits on sizes, times and rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Open connections in all.
    pub connections: usize,
    /// Open connections of one address.
    pub connections_per_address: usize,
    /// Milliseconds until the first byte of a connection, and until a request's head is complete.
    pub header_timeout_ms: u64,
    /// Milliseconds until a request is complete, its body included, and, unless it is an act of a role, answered.
    pub request_timeout_ms: u64,
    /// Milliseconds until an act of officials, trustees or registrars is answered: sealing a roll of millions takes the
    /// writer minutes.
    pub act_timeout_ms: u64,
    /// Casts a second of one address, before any signature is checked.
    pub casts_per_second_per_address: u32,
    /// Casts a second in all.
    pub casts_per_second: u32,
    /// Posts of entries or of a manifest a second of one address.
    pub acts_per_second_per_address: u32,
    /// Ballots of one credential in a minute, counted only once their signature has verified.
    pub ballots_per_minute_per_credential: u32,
    /// Submissions that wait for the writer; more are told to come again.
    pub queue: usize,
    /// Ballots that the writer takes at a time.
    pub batch: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("plebiscite-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            address_file: None,
            board_key: None,
            successor_keys: None,
            board_second_key: None,
            signed: None,
            manifests_from: Vec::new(),
            web_dir: None,
            security_contact: None,
            log_json: false,
            witnesses: Vec::new(),
            second_keys: Vec::new(),
            witness_interval_seconds: 60,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8_192,
            connections_per_address: 256,
            header_timeout_ms: 10_000,
            request_timeout_ms: 30_000,
            act_timeout_ms: 900_000,
            casts_per_second_per_address: 20,
            casts_per_second: 5_000,
            acts_per_second_per_address: 50,
            ballots_per_minute_per_credential: 10,
            queue: 8_192,
            batch: 1_000,
        }
    }
}

/// Why settings cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not these settings.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A witness's key or address is none.
    #[error("witness {key}: {reason}")]
    Witness {
        /// What was given as its key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The folder of the pages is not there.
    #[error(
        "web_dir: there is no folder {path}, so that voters would find no page; name the folder `web` of the sources, or a copy, \
         after `cargo xtask wasm`"
    )]
    NoPages {
        /// The folder.
        path: PathBuf,
    },
    /// A variable of the environment is not its setting.
    #[error("{name} has a value that is none")]
    Environment {
        /// The variable.
        name: &'static str,
    },
}

impl Config {
    /// Settings from a file, or the defaults, with what the environment says over them. Flags come after.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut config = match file {
            Some(path) => {
                let read = std::fs::read_to_string(path);
                toml::from_str(&read.map_err(|error| ConfigError::Read { path: path.to_owned(), error })?)?
            }
            None => Self::default(),
        };
        config.environment(|name| std::env::var(name).ok())?;
        Ok(config)
    }

    fn environment(&mut self, value: impl Fn(&'static str) -> Option<String>) -> Result<(), ConfigError> {
        if let Some(data) = value("PLEBISCITE_DATA") {
            self.data = PathBuf::from(data);
        }
        if let Some(listen) = value("PLEBISCITE_LISTEN") {
            self.listen =
                listen.parse().map_err(|_| ConfigError::Environment { name: "PLEBISCITE_LISTEN" })?;
        }
        if let Some(key) = value("PLEBISCITE_BOARD_KEY") {
            self.board_key = Some(PathBuf::from(key));
        }
        Ok(())
    }

    /// The witnesses, their keys read.
    ///
    /// # Errors
    /// [`ConfigError::Witness`].
    pub fn witness_places(&self) -> Result<Vec<Place>, ConfigError> {
        let place = |witness: &Witness| {
            let failed = |reason: String| ConfigError::Witness { key: witness.key.clone(), reason };
            let key = WitnessKey::parse(&witness.key).map_err(|error| failed(error.to_string()))?;
            let url = witness.url.trim_end_matches('/').to_owned();
            if url.starts_with("http://") || url.starts_with("https://") {
                Ok(Place { key, url })
            } else {
                Err(failed(format!("{url} is not an http or https address")))
            }
        };
        self.witnesses.iter().map(place).collect()
    }

    /// The witnesses' second keys, read.
    ///
    /// # Errors
    /// [`ConfigError::Witness`].
    pub fn seconds(&self) -> Result<Vec<SecondKey>, ConfigError> {
        let read = |text: &String| {
            let failed = |reason: String| ConfigError::Witness { key: text.clone(), reason };
            let key = SecondKey::parse(text).map_err(|error| failed(error.to_string()))?;
            let named = |witness: &Place| witness.key.name() == key.name();
            match self.witness_places()?.iter().any(named) {
                true => Ok(key),
                false => Err(failed("no witness of this name stands in the settings".to_owned())),
            }
        };
        self.second_keys.iter().map(read).collect()
    }

    /// The folder of the last signed checkpoints.
    #[must_use]
    pub fn signed_folder(&self) -> PathBuf {
        self.signed.clone().unwrap_or_else(|| self.data.join("signed"))
    }

    /// The folder of keys that may succeed the board's own.
    #[must_use]
    pub fn successor_folder(&self) -> PathBuf {
        self.successor_keys.clone().unwrap_or_else(|| self.data.join("successors"))
    }

    /// The board's key file.
    #[must_use]
    pub fn board_key_file(&self) -> PathBuf {
        self.board_key.clone().unwrap_or_else(|| self.data.join("board.key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_errors_and_known_ones_are_read() {
        let good: Config = toml::from_str("listen = \"127.0.0.1:9\"\n[limits]\nqueue = 5\n").unwrap();
        assert_eq!((good.listen.port(), good.limits.queue), (9, 5));
        assert!(toml::from_str::<Config>("lissen = \"127.0.0.1:9\"").is_err());
        assert!(toml::from_str::<Config>("[limits]\nqueues = 5").is_err());
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let mut config = Config::default();
        config.environment(|name| (name == "PLEBISCITE_LISTEN").then(|| "127.0.0.1:7".to_owned())).unwrap();
        assert_eq!(config.listen.port(), 7);
        assert!(
            config.environment(|name| (name == "PLEBISCITE_LISTEN").then(|| "seven".to_owned())).is_err()
        );
    }
}
