//! Rates by address and in total, before anything costly is done.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use plebiscite_serving::connections::network;

use crate::config::Limits;
use plebiscite_serving::problem::Problem;

/// Counts casts and acts. Addresses stay in memory only and reach no log line.
pub struct Rates {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    acts: DefaultKeyedRateLimiter<IpAddr>,
    total: DefaultDirectRateLimiter,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates(..)")
    }
}

fn quota(per_second: u32) -> Quota {
    let rate = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(rate).allow_burst(NonZeroU32::new(per_second.saturating_mul(2)).unwrap_or(rate))
}

impl Rates {
    /// Rates as the settings say.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            by_address: RateLimiter::keyed(quota(limits.casts_per_second_per_address)),
            acts: RateLimiter::keyed(quota(limits.acts_per_second_per_address)),
            total: RateLimiter::direct(quota(limits.casts_per_second)),
        }
    }

    /// Counts one cast of an address.
    ///
    /// # Errors
    /// The problem that tells it to come again.
    pub fn cast(&self, address: IpAddr) -> Result<(), Problem> {
        let own = self.by_address.check_key(&network(address)).is_ok();
        if own && self.total.check().is_ok() { Ok(()) } else { Err(Problem::too_many()) }
    }

    /// Counts one post of entries or of a manifest: whoever may sign them, anyone can send them.
    ///
    /// # Errors
    /// The problem that tells it to come again.
    pub fn act(&self, address: IpAddr) -> Result<(), Problem> {
        self.acts.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Forgets addresses that have not come for a while.
    pub fn forget(&self) {
        self.by_address.retain_recent();
        self.acts.retain_recent();
    }
}
