//! The form of every kind of question (§13.1): legal ballots, and what a forced prover makes of illegal ones.

use plebiscite_crypto::proof::linear_bits::LinearForm;
use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::manifest::document::{ContestDocument, RankedMethod};
use plebiscite_support::questions::{
    Of, approval, borda, condorcet, cumulative, quadratic, score, single_choice, yes_no_blank,
    yes_no_both_none,
};

/// A question of a kind, a legal choice and illegal numbers: name of the lie, what stands where a bit should, and the
/// equation that does not hold.
pub struct KindCases {
    /// The kind, as the manifest names it.
    pub kind: &'static str,
    /// Its form.
    pub form: LinearForm,
    /// Bits of a legal choice.
    pub legal: Vec<i64>,
    /// Bits of blank, where it is offered.
    pub blank: Option<Vec<i64>>,
    /// What is refused.
    pub lies: Vec<Lie>,
}

/// Its name, what stands where a bit should, and the equation that does not hold.
pub type Lie = (&'static str, Vec<i64>, &'static str);

/// One question of each kind, small.
#[must_use]
pub fn questions() -> Vec<ContestDocument> {
    let of = |options: u16| Of { id: "kind", options, blank: true };
    vec![
        yes_no_blank("kind"),
        yes_no_both_none("kind"),
        single_choice(of(3)),
        approval(of(4), 1, 2),
        score(of(2), 5),
        cumulative(of(2), 4, 1, 3),
        quadratic(of(2), 5),
        borda(of(3)),
        condorcet(of(3), RankedMethod::Schulze),
    ]
}

/// The cases of every kind.
#[must_use]
pub fn all() -> Vec<KindCases> {
    let choices = [
        Choice::Option(1),
        Choice::Option(2),
        Choice::Option(2),
        Choice::Numbers(vec![0, 1, 1, 0]),
        Choice::Numbers(vec![5, 2]),
        Choice::Numbers(vec![3, 1]),
        Choice::Numbers(vec![2, 1]),
        Choice::Ranking(vec![1, 2, 0]),
        Choice::Ranking(vec![1, 2, 0]),
    ];
    questions().iter().zip(choices).map(|(question, choice)| cases(question, &choice)).collect()
}

fn cases(question: &ContestDocument, choice: &Choice) -> KindCases {
    let contest = Contest::compile(question, 0, 1_000).unwrap();
    let whole =
        |choice: &Choice| contest.bits(choice).unwrap().into_iter().map(i64::from).collect::<Vec<_>>();
    let (kind, lies) = lies(question);
    let form = contest.form().clone();
    KindCases { kind, form, legal: whole(choice), blank: Some(whole(&Choice::Blank)), lies }
}

/// Lies by kind. Where the sum is right and a number is no bit, equation 2 fails; where bits are against a rule,
/// the verifier solves the pivot and equation 1 fails.
fn lies(question: &ContestDocument) -> (&'static str, Vec<Lie>) {
    const RULE: &str = "equation-1";
    const BIT: &str = "equation-2";
    match question {
        ContestDocument::YesNoBlank { .. } => {
            ("yes_no_blank", vec![("over_vote", vec![1, 1, 0], RULE), ("value_two", vec![2, -1, 0], BIT)])
        }
        ContestDocument::YesNoBothNone { .. } => (
            "yes_no_both_none",
            vec![
                ("over_vote", vec![1, 0, 1, 0], RULE),
                ("nothing", vec![0, 0, 0, 0], RULE),
                ("value_two", vec![2, 0, 0, -1], BIT),
            ],
        ),
        ContestDocument::SingleChoice { .. } => (
            "single_choice",
            vec![
                ("over_vote", vec![1, 0, 1, 0], RULE),
                ("vote_and_blank", vec![1, 0, 0, 1], RULE),
                ("negative_value", vec![1, -1, 1, 0], BIT),
            ],
        ),
        // Four options, one slack bit, blank: Σ b + s + 2·blank = 2.
        ContestDocument::Approval { .. } => (
            "approval",
            vec![
                ("over_vote", vec![1, 1, 1, 0, 0, 0], RULE),
                ("over_vote_with_negative_slack", vec![1, 1, 1, 0, -1, 0], BIT),
                ("under_vote", vec![0, 0, 0, 0, 0, 0], RULE),
                ("under_vote_with_slack_two", vec![0, 0, 0, 0, 2, 0], BIT),
                ("value_two", vec![2, 0, 0, 0, 0, 0], BIT),
                ("vote_and_blank", vec![1, 0, 0, 0, 1, 1], RULE),
                ("negative_value_beside_blank", vec![1, -1, 0, 0, 0, 1], BIT),
            ],
        ),
        // Two options of bits 1, 2, 2; slack of bits 1, 2, 4, 3; blank: Σ + slack + 10·blank = 10.
        ContestDocument::Score { .. } => (
            "score",
            vec![
                ("value_two", vec![2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], RULE),
                ("value_two_with_slack", vec![2, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0], BIT),
                ("negative_value", vec![-1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0], RULE),
                ("negative_value_with_slack_two", vec![-1, 0, 0, 0, 0, 0, 2, 1, 1, 1, 0], BIT),
                ("vote_and_blank", vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], RULE),
            ],
        ),
        // Two options of bits 1, 2; slack of bits 1, 2; blank: Σ + slack + 4·blank = 4.
        ContestDocument::Cumulative { .. } => (
            "cumulative",
            vec![
                ("budget_and_one", vec![1, 1, 0, 1, 0, 0, 0], RULE),
                ("budget_and_one_with_negative_slack", vec![1, 1, 0, 1, -1, 0, 0], BIT),
                ("under_vote", vec![0, 0, 0, 0, 1, 1, 0], RULE),
                ("under_vote_with_slack_two", vec![0, 0, 0, 0, 0, 2, 0], BIT),
                ("vote_and_blank", vec![1, 0, 0, 0, 1, 1, 1], RULE),
            ],
        ),
        // Two options of one-hot bits 0, 1, 2; slack of bits 1, 2, 2; blank: squares + slack + 5·blank = 5.
        ContestDocument::Quadratic { .. } => (
            "quadratic",
            vec![
                ("budget_and_one", vec![0, 0, 1, 0, 1, 0, 1, 0, 0, 0], RULE),
                ("budget_exceeded_with_negative_slack", vec![0, 0, 1, 0, 0, 1, -1, -1, 0, 0], BIT),
                ("two_numbers_of_votes", vec![0, 1, 1, 1, 0, 0, 0, 0, 0, 0], RULE),
                ("no_number_of_votes", vec![0, 0, 0, 1, 0, 0, 1, 1, 1, 0], RULE),
                ("votes_and_blank", vec![0, 1, 0, 1, 0, 0, 0, 0, 0, 1], RULE),
            ],
        ),
        // Three rows of three ranks, blank.
        ContestDocument::Borda { .. } => (
            "borda",
            vec![
                ("two_first_ranks", vec![1, 0, 0, 1, 0, 0, 0, 0, 1, 0], RULE),
                ("one_rank_left_out", vec![1, 0, 0, 0, 1, 0, 0, 0, 0, 0], RULE),
                ("value_two", vec![2, -1, 0, -1, 2, 0, 0, 0, 1, 0], BIT),
                ("a_rank_and_blank", vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 1], RULE),
            ],
        ),
        // p01 p02 p12, s012, q01 q02 q12, blank: p01 + p12 − p02 − s = 0 and p + q + blank = 1.
        ContestDocument::Condorcet { .. } => (
            "condorcet",
            vec![
                ("cycle", vec![1, 0, 1, 1, 0, 1, 0, 0], RULE),
                ("cycle_with_slack_two", vec![1, 0, 1, 2, 0, 1, 0, 0], BIT),
                ("cycle_the_other_way", vec![0, 1, 0, 0, 1, 0, 1, 0], RULE),
                ("cycle_the_other_way_with_negative_slack", vec![0, 1, 0, -1, 1, 0, 1, 0], BIT),
                ("an_order_and_blank", vec![1, 1, 1, 1, 0, 0, 0, 1], RULE),
                ("neither_before_the_other", vec![0, 0, 0, 0, 0, 0, 1, 0], RULE),
            ],
        ),
    }
}
