//! The single writer of one election: signatures singly, proofs in batches, `apply`, durable, signed, answered.
//!
//! It is a thread of its own, because sled blocks. What waits is taken together: many ballots, one flush, one sync, one
//! checkpoint. Nobody is answered before that checkpoint is durable, and nobody sees a checkpoint that is not.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::{SigningKey, VerifyingKey};
use plebiscite_board::merkle::leaf_hash;
use plebiscite_election::ballot::{PreparedBallot, Tracker};
use plebiscite_election::entry::{Entry, Kind, ScheduledClose, Succeeded};
use plebiscite_election::proposal::Proposal;
use plebiscite_election::record::{Check, Outcome, Phase, Refusal};
use rayon::prelude::*;
use serde::Serialize;
use thiserror::Error;
use tokio::sync::oneshot;

use crate::board::again;
use crate::keys::BoardKeys;
use crate::proposals::{Proposals, Shown};
use crate::store::{Entries, Storage, StoreError};
use plebiscite_public::board::Board;
use plebiscite_public::election::Unreadable;
use plebiscite_public::verified::{KeepError, Remembered};
use plebiscite_serving::problem::Problem;

/// How often the writer looks at the clock when nothing comes.
const TICK: Duration = Duration::from_millis(200);
/// Length of the window in which ballots of one credential are counted.
const WINDOW: Duration = Duration::from_secs(60);
/// Superseded ballots that the record owes at most: they are read again in twenty milliseconds.
const OWED: usize = 2_048;

/// What the writer is asked to do.
#[derive(Debug)]
pub enum Submission {
    /// A ballot; answered with its receipt.
    Ballot {
        /// The whole entry.
        entry: Vec<u8>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Vec<u8>, Problem>>,
    },
    /// Entries other than ballots, in order.
    Entries {
        /// The whole entries.
        entries: Vec<Vec<u8>>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Vec<Placed>, Problem>>,
    },
    /// A proposal, whose signatures and content were checked: to be kept, not entered.
    Proposal {
        /// The act with its signatures so far.
        proposal: Box<Proposal>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Shown, Problem>>,
    },
}

/// Where an entry stands, and what the record said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// Its index.
    pub index: u64,
    /// `accepted` or `fault`.
    pub outcome: &'static str,
    /// Who is at fault, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<PlacedFault>,
}

/// A trustee's fault that an entry shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlacedFault {
    /// Who.
    pub trustee: u16,
    /// What.
    pub what: String,
}

/// Why a writer has stopped for good.
#[derive(Debug, Error)]
pub enum SequencerError {
    /// The store failed: nothing may be acknowledged any more.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The checkpoint could not be signed.
    #[error("{0}")]
    Log(#[from] plebiscite_board::log::LogError),
    /// A ballot that was superseded cannot be read again.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
    /// A thread that held the board has failed.
    #[error("a thread that held the board has failed")]
    Poisoned,
    /// What a crash left unsigned cannot be signed here.
    #[error("entries are not signed yet, and the board's key in force is not held here")]
    KeyNotHeld,
}

/// The writer.
pub struct Sequencer<S> {
    board: Arc<RwLock<Board>>,
    store: S,
    entries: Entries,
    keys: Arc<BoardKeys>,
    proposals: Arc<RwLock<Proposals>>,
    /// Ballots at a time.
    batch: usize,
    /// Ballots of one credential in a window.
    per_credential: u32,
    recent: HashMap<u32, (Instant, u32)>,
    /// When those whose window is over were last forgotten.
    forgotten: Instant,
    /// Where it is kept how far entries are judged.
    kept: Option<Remembered>,
}

impl<S> std::fmt::Debug for Sequencer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sequencer").field("batch", &self.batch).finish_non_exhaustive()
    }
}

type BallotReply = oneshot::Sender<Result<Vec<u8>, Problem>>;
type EntriesReply = oneshot::Sender<Result<Vec<Placed>, Problem>>;
type ProposalReply = oneshot::Sender<Result<Shown, Problem>>;
/// What is decided and not yet said, by who asked.
type Answers<R, T> = Vec<(R, Result<T, Problem>)>;

/// A ballot on its way through the writer.
struct Waiting {
    entry: Vec<u8>,
    reply: BallotReply,
}

/// What has been decided but not yet answered: answers go out after the checkpoint.
#[derive(Default)]
struct Decided {
    ballots: Answers<BallotReply, u64>,
    entries: Answers<EntriesReply, Vec<Placed>>,
    proposals: Vec<(ProposalReply, Proposal)>,
    /// What was appended, from this index on.
    appended: Vec<Vec<u8>>,
}

impl<S: Storage> Sequencer<S> {
    /// A writer over a board and its store.
    pub fn new(
        board: Arc<RwLock<Board>>,
        store: S,
        entries: Entries,
        keys: Arc<BoardKeys>,
        batch: usize,
        per_credential: u32,
    ) -> Self {
        Self {
            board,
            store,
            entries,
            keys,
            proposals: Arc::default(),
            batch: batch.max(1),
            per_credential,
            recent: HashMap::new(),
            forgotten: Instant::now(),
            kept: None,
        }
    }

    /// Keeps in files how far entries are judged: the next start need not verify them again.
    #[must_use]
    pub fn keeping(self, kept: Remembered) -> Self {
        Self { kept: Some(kept), ..self }
    }

    /// With the proposals that the store kept.
    #[must_use]
    pub fn with_proposals(mut self, proposals: Arc<RwLock<Proposals>>) -> Self {
        self.proposals = proposals;
        self
    }

    /// Works until all senders are gone, or the store fails.
    ///
    /// # Errors
    /// [`SequencerError`]: the process must end.
    pub fn run(mut self, submissions: &Receiver<Submission>) -> Result<(), SequencerError> {
        loop {
            let mut taken = Vec::new();
            match submissions.recv_timeout(TICK) {
                Ok(first) => taken.push(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            while taken.len() < self.batch {
                match submissions.try_recv() {
                    Ok(next) => taken.push(next),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            self.round(taken)?;
        }
    }

    /// Signs what a crash left durable but unsigned: whole, judged entries that were submitted. Called before anything
    /// else is taken.
    ///
    /// # Errors
    /// [`SequencerError`].
    pub fn settle(&mut self) -> Result<(), SequencerError> {
        let (published, size) = {
            let board = self.board()?;
            (board.published_size(), board.log.size())
        };
        if published < size {
            self.publish()?;
        }
        self.keep()
    }

    /// Signs the log, makes the checkpoint durable, and only then lets everyone see it.
    fn publish(&mut self) -> Result<(), SequencerError> {
        let signed = {
            let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
            // Nothing is appended where the key in force is not held.
            let key = key_in_force(&board, &self.keys).ok_or(SequencerError::KeyNotHeld)?;
            board.sign(&key)?
        };
        self.store.record_checkpoint(signed.note())?;
        self.board.write().map_err(|_| SequencerError::Poisoned)?.publish(signed);
        Ok(())
    }

    /// Keeps how far entries are judged, once enough have come.
    fn keep(&mut self) -> Result<(), SequencerError> {
        let Some(kept) = &mut self.kept else { return Ok(()) };
        if !kept.is_due(&*self.board.read().map_err(|_| SequencerError::Poisoned)?) {
            return Ok(());
        }
        let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
        let gathered = kept.gather(&mut board, |index| again(&self.entries, index));
        drop(board);
        let written = gathered.map_err(KeepError::from).and_then(|gathered| Ok(kept.write(&gathered)?));
        // It only spares work at a start: voting goes on without it.
        if let Err(error) = written {
            tracing::warn!("{error}: the next start verifies more again");
        }
        Ok(())
    }

    /// One round: everything that was taken is decided, made durable together, and answered.
    ///
    /// # Errors
    /// [`SequencerError`]; then nobody of this round is answered.
    pub fn round(&mut self, taken: Vec<Submission>) -> Result<(), SequencerError> {
        let mut decided = Decided::default();
        let mut ballots = Vec::new();
        for submission in taken {
            match submission {
                Submission::Ballot { entry, reply } => ballots.push(Waiting { entry, reply }),
                Submission::Entries { entries, reply } => {
                    self.ballots(std::mem::take(&mut ballots), &mut decided)?;
                    let answer = self.entries(entries, &mut decided.appended)?;
                    decided.entries.push((reply, answer));
                }
                Submission::Proposal { proposal, reply } => decided.proposals.push((reply, *proposal)),
            }
        }
        self.ballots(ballots, &mut decided)?;
        self.scheduled_close(&mut decided.appended)?;
        self.finish(decided)
    }

    fn board(&self) -> Result<std::sync::RwLockReadGuard<'_, Board>, SequencerError> {
        self.board.read().map_err(|_| SequencerError::Poisoned)
    }

    /// Decides ballots: of one voter's, the first goes now and the others in rounds of their own.
    fn ballots(&mut self, mut waiting: Vec<Waiting>, decided: &mut Decided) -> Result<(), SequencerError> {
        if !waiting.is_empty() && key_in_force(&*self.board()?, &self.keys).is_none() {
            let refused = waiting.drain(..).map(|ballot| (ballot.reply, Err(Problem::board_key_not_held())));
            decided.ballots.extend(refused);
        }
        while !waiting.is_empty() {
            let mut voters = HashSet::new();
            let (now, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|ballot| voters.insert(claimed_index(&ballot.entry)));
            self.distinct_ballots(now, decided)?;
            waiting = later;
        }
        Ok(())
    }

    fn distinct_ballots(
        &mut self,
        waiting: Vec<Waiting>,
        decided: &mut Decided,
    ) -> Result<(), SequencerError> {
        let judged: Vec<Result<Checked, Problem>> = {
            let board = self.board()?;
            waiting.par_iter().map(|ballot| check_singly(&board, &self.entries, &ballot.entry)).collect()
        };
        let mut fit = Vec::new();
        for (ballot, judged) in waiting.into_iter().zip(judged) {
            match judged {
                Err(problem) => decided.ballots.push((ballot.reply, Err(problem))),
                Ok(Checked::Standing(index)) => decided.ballots.push((ballot.reply, Ok(index))),
                Ok(Checked::Signed(prepared)) if self.within_rate(prepared.context().index) => {
                    fit.push((ballot, *prepared))
                }
                Ok(Checked::Signed(_)) => decided.ballots.push((ballot.reply, Err(Problem::too_many()))),
            }
        }
        let (ballots, prepared): (Vec<Waiting>, Vec<PreparedBallot>) = fit.into_iter().unzip();
        let verified = self.board()?.verify(&prepared);
        let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
        for (ballot, verified) in ballots.into_iter().zip(verified) {
            let placed = verified.and_then(|verified| board.apply_ballot(&ballot.entry, &verified));
            if placed.is_ok() {
                decided.appended.push(ballot.entry);
            }
            decided.ballots.push((ballot.reply, placed.map_err(|refusal| Problem::refused(&refusal))));
        }
        Ok(())
    }

    /// Counts a ballot whose signature has verified; whether its credential is within its rate.
    fn within_rate(&mut self, voter: u32) -> bool {
        let now = Instant::now();
        // Once a window: to look through all voters for each ballot would be the slower the more of them vote.
        if now.duration_since(self.forgotten) >= WINDOW {
            self.recent.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
            self.forgotten = now;
        }
        let (since, count) = self.recent.entry(voter).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.per_credential
    }

    /// Entries in order until one is refused; those before it stand.
    fn entries(
        &self,
        entries: Vec<Vec<u8>>,
        appended: &mut Vec<Vec<u8>>,
    ) -> Result<Result<Vec<Placed>, Problem>, SequencerError> {
        let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
        let mut placed = Vec::new();
        for (position, entry) in entries.into_iter().enumerate() {
            if let Some((index, outcome)) = board.index.other(&leaf_hash(&entry).0) {
                placed.push(placed_as(index, outcome));
                continue;
            }
            if !goes_on_signed(&board, &self.keys, &entry) {
                let problem = Problem::board_key_not_held();
                return Ok(Err(problem.with("position", position).with("accepted", placed.len())));
            }
            // What counts no more is taken off the sums; what is not in the store yet can be a moment later.
            if entry.first() == Some(&Kind::Seal.byte())
                && board.pay(|index| again(&self.entries, index)).is_err()
            {
                return Ok(Err(Problem::busy().with("position", position).with("accepted", placed.len())));
            }
            match board.apply(&entry) {
                Ok((index, outcome)) => {
                    placed.push(placed_as(index, outcome));
                    appended.push(entry);
                }
                Err(refusal) => {
                    let problem = Problem::refused(&refusal);
                    return Ok(Err(problem.with("position", position).with("accepted", placed.len())));
                }
            }
        }
        Ok(Ok(placed))
    }

    /// Appends the close once its scheduled time has come: the one thing that a clock decides here, and the order of the
    /// log, not the clock, decides what counts.
    fn scheduled_close(&self, appended: &mut Vec<Vec<u8>>) -> Result<(), SequencerError> {
        let due = {
            let board = self.board()?;
            let now = seconds_now();
            let time = board
                .record
                .closing_time()
                .filter(|time| board.record.phase() == Phase::Open && now >= *time);
            // Whoever does not hold the key in force cannot close.
            let key = time.and_then(|_| key_in_force(&board, &self.keys));
            time.zip(board.record.election()).zip(key)
        };
        if let Some(((time, election), key)) = due {
            let close = ScheduledClose { election, time, signature: [0; 64] }.signed(&key).encode();
            let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
            if board.apply(&close).is_ok() {
                appended.push(close);
            }
        }
        Ok(())
    }

    /// Makes everything durable, signs, publishes, and only then answers.
    fn finish(&mut self, decided: Decided) -> Result<(), SequencerError> {
        let Decided { ballots, entries, proposals, appended } = decided;
        if !appended.is_empty() {
            // Nobody but this thread changes the board, so nobody waits for the disk: what is not published is not shown.
            let first = self.board()?.log.size() - appended.len() as u64;
            let borrowed: Vec<&[u8]> = appended.iter().map(Vec::as_slice).collect();
            self.store.append(first, &borrowed)?;
            self.publish()?;
        }
        let proposals = self.keep_proposals(proposals)?;
        self.answer(ballots, entries, proposals)?;
        let owed = self.board()?.record.owed();
        if owed > OWED {
            let mut board = self.board.write().map_err(|_| SequencerError::Poisoned)?;
            board.pay(|index| again(&self.entries, index))?;
        }
        self.keep()
    }

    fn answer(
        &self,
        ballots: Answers<BallotReply, u64>,
        entries: Answers<EntriesReply, Vec<Placed>>,
        proposals: Answers<ProposalReply, Shown>,
    ) -> Result<(), SequencerError> {
        let board = self.board()?;
        for (reply, answer) in ballots {
            let receipt = answer.and_then(|index| board.receipt(index).ok_or_else(Problem::stopping));
            // Whoever asked may have gone; the ballot stands all the same, and the same bytes give the same receipt.
            let _ = reply.send(receipt);
        }
        for (reply, answer) in entries {
            let _ = reply.send(answer);
        }
        for (reply, answer) in proposals {
            let _ = reply.send(answer);
        }
        Ok(())
    }

    /// Keeps what was proposed, and drops what can no longer come to stand. Everything is durable when this returns.
    fn keep_proposals(
        &mut self,
        offered: Vec<(ProposalReply, Proposal)>,
    ) -> Result<Answers<ProposalReply, Shown>, SequencerError> {
        let board = self.board.read().map_err(|_| SequencerError::Poisoned)?;
        let mut held = self.proposals.write().map_err(|_| SequencerError::Poisoned)?;
        let now = seconds_now();
        let mut changes = held.sweep(&board.record, now);
        let mut answers = Vec::new();
        for (reply, proposal) in offered {
            let answer = held.offer(proposal, &board.record, now).map(|(shown, change)| {
                changes.extend(change);
                shown
            });
            answers.push((reply, answer));
        }
        if !changes.is_empty() {
            self.store.change_proposals(&changes)?;
        }
        Ok(answers)
    }
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The secret half of the board's key that is in force, if it is held here.
fn key_in_force(board: &Board, keys: &BoardKeys) -> Option<SigningKey> {
    board.record.board_key().and_then(|key| keys.holding(key))
}

/// Whether what comes behind an entry can be signed here: the key in force is held, and the entry names no successor of it
/// that is not. What another key signs would be refused by everyone.
fn goes_on_signed(board: &Board, keys: &BoardKeys, entry: &[u8]) -> bool {
    match Entry::decode(entry) {
        Ok(Entry::Successor(act)) if act.body.of == Succeeded::Board => {
            VerifyingKey::from_bytes(&act.body.key).is_ok_and(|key| keys.holding(&key).is_some())
        }
        _ => key_in_force(board, keys).is_some(),
    }
}

/// A ballot after what is checked singly.
enum Checked {
    /// It stands already, byte for byte.
    Standing(u64),
    /// Its signature holds: fit for a batch.
    Signed(Box<PreparedBallot>),
}

/// Everything that is checked before a ballot may enter a batch: layout, credential, place in the chain, signature.
fn check_singly(board: &Board, entries: &Entries, entry: &[u8]) -> Result<Checked, Problem> {
    let refused = |refusal: Refusal| Problem::refused(&refusal);
    if let Some(index) = tracker_of(entry).and_then(|tracker| board.index.ballot(&tracker)) {
        let standing = entries.get(index).map_err(|_| Problem::stopping())?;
        if standing.is_some_and(|standing| standing == entry) {
            return Ok(Checked::Standing(index));
        }
    }
    let prepared = board.record.prepare_ballot(entry).map_err(refused)?;
    if let Err(refusal) = board.record.check_chain(prepared.context()) {
        let problem = Problem::refused(&refusal);
        let head =
            board.record.head(prepared.context().index).filter(|_| refusal.check == Check::BallotChain);
        return Err(match head {
            Some(head) => problem.with("head_index", head.entry).with("head_seq", head.seq),
            None => problem,
        });
    }
    let parameters = board.record.parameters().ok_or_else(Problem::stopping)?;
    let checked =
        prepared.check_signature(parameters).map_err(|error| refused(board.record.ballot_refusal(&error)))?;
    Ok(Checked::Signed(Box::new(checked.into_prepared())))
}

/// The tracker of a ballot entry's bytes: SHA-256 of its unsigned body.
fn tracker_of(entry: &[u8]) -> Option<Tracker> {
    let (_, ballot) = entry.split_first()?;
    let (body, _) = ballot.split_last_chunk::<64>()?;
    Some(Tracker::of(body))
}

/// The roll index that a ballot claims, before anything is checked.
fn claimed_index(entry: &[u8]) -> Option<u32> {
    let (index, _) = entry.get(1..)?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*index))
}

fn placed_as(index: u64, outcome: Outcome) -> Placed {
    match outcome {
        Outcome::Accepted => Placed { index, outcome: "accepted", fault: None },
        Outcome::Fault(fault) => Placed {
            index,
            outcome: "fault",
            fault: Some(PlacedFault { trustee: fault.trustee, what: fault.what }),
        },
    }
}

/// The problem when the queue is full or the writer is gone.
#[must_use]
pub fn queue_problem(full: bool) -> Problem {
    if full { Problem::busy() } else { Problem::stopping() }
}
