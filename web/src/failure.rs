//! What went wrong, under a stable name that the pages put into plain words.

use plebiscite_board::reader::{FetchError, ReadError};
use plebiscite_election::credential::{CodeError, CredentialError};
use plebiscite_verifier::VerifyError;
use plebiscite_verifier::api::RemoteError;
use plebiscite_voter::client::ClientError;
use plebiscite_voter::place::PlaceError;
use plebiscite_voter::receipt::ReceiptError;
use plebiscite_voter::setup::SetupError;
use plebiscite_voter::tested::TestError;

/// A failed call. Its sentence holds no code, choice or credential: the errors that it is made of hold none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The stable name, in kebab case.
    pub code: &'static str,
    /// A sentence for whoever reads the evidence.
    pub message: String,
}

impl Failure {
    /// A failure of this name.
    pub fn new(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }

    /// Arguments that no page of ours sends.
    pub fn arguments(message: impl ToString) -> Self {
        Self::new("arguments", message)
    }
}

impl From<CodeError> for Failure {
    fn from(error: CodeError) -> Self {
        let code = match error {
            CodeError::Symbol { .. } => "code-symbol",
            CodeError::Length { .. } => "code-length",
            CodeError::Fingerprint => "code-is-fingerprint",
            CodeError::Check | CodeError::Ambiguous => "code-checksum",
        };
        Self::new(code, error)
    }
}

impl From<CredentialError> for Failure {
    fn from(error: CredentialError) -> Self {
        let code = match error {
            CredentialError::Missing { .. } => "code-needs-second",
            CredentialError::Surplus { .. } => "code-too-many",
            CredentialError::Registrars { .. } => "internal",
            CredentialError::Identity => "code-unknown",
        };
        Self::new(code, error)
    }
}

impl From<PlaceError> for Failure {
    fn from(error: PlaceError) -> Self {
        let code = match error {
            PlaceError::Setup(error) => return error.into(),
            PlaceError::Unknown => "code-unknown",
            PlaceError::Replaced => "code-replaced",
            PlaceError::Exhausted => "exhausted",
            PlaceError::Malformed | PlaceError::Row | PlaceError::Replacement | PlaceError::Head => {
                "false-place"
            }
        };
        Self::new(code, error)
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let code = match error {
            SetupError::Manifest(_) => "other-election",
            SetupError::Missing(_) => "not-open",
            SetupError::Ended(_) => "ended",
            SetupError::Checkpoint(_) => "false-checkpoint",
            SetupError::Kind(_)
            | SetupError::Signature { .. }
            | SetupError::Confirmation { .. }
            | SetupError::Withdrawn(_)
            | SetupError::Differs(_) => "false-setup",
        };
        Self::new(code, error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Fetch(error) => error.into(),
            ReadError::False { .. } | ReadError::Beyond { .. } => Self::new("false-log", error),
        }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let code = match error {
            FetchError::Missing { .. } => "missing-file",
            FetchError::Source { .. } => "network",
            FetchError::TooLong { .. } => "false-log",
        };
        Self::new(code, error)
    }
}

impl From<ReceiptError> for Failure {
    fn from(error: ReceiptError) -> Self {
        let code = match error {
            ReceiptError::False(_) => "false-receipt",
            ReceiptError::Rollback { .. } | ReceiptError::Fork { .. } => "contradiction",
        };
        Self::new(code, error)
    }
}

impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        let code = match &error {
            RemoteError::Refused(problem) => match problem.code.as_str() {
                "busy" | "too-many-requests" | "stopping" | "request-timeout" => "busy",
                "not-found" => "no-election",
                "none" | "internal" => "network",
                _ => "refused",
            },
            RemoteError::Answer { .. } => "false-answer",
            RemoteError::Entry { .. } => "internal",
            RemoteError::Http(_) => "network",
        };
        Self::new(code, error)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let code = match error {
            ClientError::Remote(error) => return error.into(),
            ClientError::Read(error) => return error.into(),
            ClientError::Setup(error) => return error.into(),
            ClientError::Place(error) => return error.into(),
            ClientError::Receipt(error) => return error.into(),
            ClientError::Credential(error) => return error.into(),
            ClientError::Choice(_) | ClientError::Selections(_) => "choice",
            ClientError::Ballot(_) => "internal",
            ClientError::Overtaken => "overtaken",
            ClientError::Contradiction(_) => "contradiction",
            ClientError::FalseCosignature(_) => "false-cosignature",
        };
        Self::new(code, error)
    }
}

impl From<TestError> for Failure {
    fn from(error: TestError) -> Self {
        let code = match error {
            TestError::Place(error) => return error.into(),
            TestError::Opening(_) => "opening",
            TestError::Cast => "test-was-cast",
            TestError::Differs => "test-differs",
        };
        Self::new(code, error)
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Fetch(error) => error.into(),
            VerifyError::Short { .. }
            | VerifyError::Since { .. }
            | VerifyError::Range { .. }
            | VerifyError::Election { .. }
            | VerifyError::Own(_) => Self::new("false-log", error),
        }
    }
}
