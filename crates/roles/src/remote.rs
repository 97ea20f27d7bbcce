//! A server as the roles' programs ask it: the common client of its addresses, over sockets (§22).

use plebiscite_verifier::source::{Client, HttpError};

use crate::cli::Exit;

pub use plebiscite_verifier::api::{Posted, PostedFault, Problem, RemoteError, Setup};

/// One election on a server, over sockets.
pub type Remote = plebiscite_verifier::api::Remote<Client>;

/// The exit code that an error means.
#[must_use]
pub const fn exit_of(error: &RemoteError) -> Exit {
    match error {
        RemoteError::Http(HttpError::Address { .. }) | RemoteError::Entry { .. } => Exit::Input,
        RemoteError::Refused(problem) if matches!(problem.status, 400 | 403 | 404 | 409 | 422) => {
            Exit::CheckFailed
        }
        _ => Exit::Network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_for_cause_is_a_failed_check_and_one_of_an_ill_server_is_the_network() {
        let refused = |status| {
            let document = format!(r#"{{"status":{status},"code":"entry-order"}}"#);
            RemoteError::Refused(serde_json::from_str(&document).unwrap())
        };
        assert_eq!(exit_of(&refused(422)), Exit::CheckFailed);
        assert_eq!(exit_of(&refused(503)), Exit::Network);
        assert_eq!(exit_of(&RemoteError::Entry { position: 0 }), Exit::Input);
    }
}
