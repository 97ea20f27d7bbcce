//! Decisions: the manifest's rules, executed exactly (§18).

pub mod condition;
pub mod counts;
pub mod fraction;
mod options;
pub mod places;
pub mod ranked;
pub mod ranked_pairs;
mod regions;
pub mod schulze;
mod tie_break;
pub mod verdict;
mod yes_no;
