//! What no decoder gives, and what only the place in a ballot tells apart: both ways of verifying say the same of it.

use super::*;

/// A change, and the contest and equation that are named for it.
type Change = (fn(&mut Ballot), Option<u32>, Equation);

/// What decoding would never give: lists of other lengths, contests too few, too many or exchanged. Both ways of verifying
/// say the same of them, and of the ballots beside them nothing.
#[test]
fn shapes_that_no_decoder_gives_are_named_alike_and_blame_no_neighbour() {
    let poll = Poll::new();
    let changes: [Change; 9] = [
        (|ballot| drop(ballot.contests.pop()), None, Equation::Shape),
        (|ballot| ballot.contests.clear(), None, Equation::Shape),
        (|ballot| ballot.contests.push(ballot.contests[0].clone()), None, Equation::Shape),
        (|ballot| ballot.contests[1].proof.f.truncate(0), Some(1), Equation::Shape),
        (|ballot| ballot.contests[0].proof.f.push(Scalar::ZERO), Some(0), Equation::Shape),
        (|ballot| ballot.contests[0].ciphertext.e.truncate(1), Some(0), Equation::Shape),
        (|ballot| ballot.contests[1].ciphertext.e.push(encode_point(&G)), Some(1), Equation::Shape),
        (|ballot| ballot.contests[1].ciphertext.e.clear(), Some(1), Equation::Shape),
        (|ballot| ballot.contests[1].proof.b = ballot.contests[1].ciphertext.r, None, Equation::Distinct),
    ];
    for (change, contest, equation) in changes {
        let mut ballots = poll.ballots(4);
        change(&mut ballots[2]);
        let expected = [BatchFailure { index: 2, contest, equation }];
        assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
        assert_eq!(poll.singly(&ballots), expected);
    }
    // The same bytes as two ballots, and as often as one likes: that is the record's to refuse (§20.7), not the proof's.
    let again = vec![poll.ballot("voter"); 5];
    assert_eq!(poll.together(&again, &bytes("fresh")), []);
    assert_eq!(poll.singly(&again), []);
}

/// Two contests with one form: the place of each is bound by its transcript and its keys, and by nothing in the bytes.
#[test]
fn proofs_of_two_contests_with_one_form_cannot_be_exchanged_or_put_twice() {
    let mut poll = Poll::new();
    poll.questions = vec![Question::new(yes_no_blank()), Question::new(yes_no_blank())];
    let ballots = poll.ballots(3);
    assert_eq!(poll.together(&ballots, &bytes("fresh")), []);
    // Under one set of keys too: the transcript alone keeps them apart.
    assert_eq!(poll.questions[0].keys, poll.questions[1].keys);
    let mut exchanged = ballots.clone();
    exchanged[1].contests.swap(0, 1);
    let named = poll.together(&exchanged, &bytes("fresh"));
    assert_eq!(named, poll.singly(&exchanged));
    assert_eq!(named, [BatchFailure { index: 1, contest: Some(0), equation: Equation::Commitment }]);
    let mut twice = ballots;
    twice[1].contests[1] = twice[1].contests[0].clone();
    let named = poll.together(&twice, &bytes("fresh"));
    assert_eq!(named, poll.singly(&twice));
    assert_eq!(named, [BatchFailure { index: 1, contest: None, equation: Equation::Distinct }]);
}

/// Responses of zero, where the points make up for them, are no special case: the equations alone judge.
#[test]
fn a_signature_with_the_response_zero_is_judged_by_its_equation_alone() {
    let poll = Poll::new();
    let mut ballots = poll.ballots(3);
    // z = 0 holds exactly where A = −c·X, and c is drawn after A: so a response of zero does not hold here.
    ballots[0].signature.z = Scalar::ZERO;
    ballots[1].signature.a = encode_point(&ballots[1].public);
    ballots[1].signature.z = Scalar::ZERO;
    let expected = [0, 1].map(|index| BatchFailure { index, contest: None, equation: Equation::Signature });
    assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
    assert_eq!(poll.singly(&ballots), expected);
    // A commitment of G, of the nonce one, holds like any other.
    let t = &mut signed("voter 2");
    ballots[2].signature = KnowledgeProof { a: encode_point(&G), z: Scalar::ZERO };
    let c = knowledge::signature_challenge(
        t,
        &PointBytes::G,
        &encode_point(&ballots[2].public),
        &ballots[2].message,
        &ballots[2].signature,
    );
    ballots[2].signature.z = Scalar::ONE + c * scalar("voter 2");
    assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
    assert_eq!(poll.singly(&ballots), expected);
}
