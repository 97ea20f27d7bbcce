//! The one sum of a batch: coefficients of shared bases added up, own points one after another (§7, step 3).

use super::ready::{ReadyBallot, Shared};
use super::weights::Weights;
use crate::engine::Points;
use crate::group::Scalar;
use crate::proof::linear_bits::{Base, Equation, Equations, LinearForm};

/// The sum, while equations are emitted into it.
pub(super) struct WeightedSum<'a> {
    weights: Weights,
    /// Of the equation that is being emitted.
    weight: Scalar,
    /// The form of each contest, and the place of its first key among the bases.
    contests: Vec<(&'a LinearForm, usize)>,
    /// The place of the first key of the contest that is being emitted: keys are its own.
    keys: usize,
    /// The place of the first point of the contest that is being emitted.
    first: usize,
    /// In the order of [`Shared::bases`].
    bases: Vec<Scalar>,
    /// Of own points, and which they are.
    own: Vec<Scalar>,
    points: Vec<u32>,
}

// Places among the bases.
const G: usize = 0;
const H: usize = 1;
const GENERATORS: usize = 2;

impl Equations for WeightedSum<'_> {
    fn begin(&mut self, _: Equation) {
        self.weight = self.weights.next();
    }

    fn shared(&mut self, scalar: Scalar, base: Base) {
        let place = match base {
            Base::G => G,
            Base::H => H,
            Base::Generator(i) => GENERATORS + i,
            Base::Key(o) => self.keys + o,
        };
        // `ReadyContest::new` has counted generators and keys.
        if let Some(place) = self.bases.get_mut(place) {
            *place += self.weight * scalar;
        }
    }

    fn own(&mut self, scalar: Scalar, place: usize) {
        self.put(self.weight * scalar, place);
    }

    fn once(&mut self, place: usize) {
        self.put(self.weight, place);
    }
}

impl<'a> WeightedSum<'a> {
    pub(super) fn new(shared: &Shared<'a>, weights: Weights) -> Self {
        let mut end = GENERATORS + shared.generators.g().len();
        let contests = shared.contests.iter().map(|(contest, _)| {
            let first = end;
            end += contest.keys.len();
            (contest.form, first)
        });
        Self {
            weights,
            weight: Scalar::ZERO,
            contests: contests.collect(),
            keys: 0,
            first: 0,
            bases: vec![Scalar::ZERO; end],
            own: Vec::new(),
            points: Vec::new(),
        }
    }

    /// Adds all equations of a ballot.
    pub(super) fn add(&mut self, ballot: &ReadyBallot<'_>) {
        self.first = self.own.len();
        // Fewer than 2^32 points: a batch is held in memory, and each takes 32 bytes there.
        self.points.extend(ballot.points().map(|place| place as u32));
        self.own.resize(self.points.len(), Scalar::ZERO);
        for (number, ready) in ballot.contests.iter().enumerate() {
            let Some((form, keys)) = self.contests.get(number).copied() else { return };
            self.keys = keys;
            ready.emit(form, self);
            self.first += form.tallied() + 7;
        }
        // A + c·K − z·G = 0
        self.begin(Equation::Signature);
        self.once(0);
        self.own(ballot.c, 1);
        self.shared(-ballot.signature.z, Base::G);
    }

    fn put(&mut self, scalar: Scalar, place: usize) {
        if let Some(own) = self.own.get_mut(self.first + place) {
            *own = scalar;
        }
    }

    pub(super) fn is_identity(&self, points: &Points) -> bool {
        points.sum_to_identity(&self.bases, &self.points, &self.own)
    }
}
