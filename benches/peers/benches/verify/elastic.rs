//! elastic-elgamal's single choice, from bytes (CBOR: it has serde's encodings only), stable and beta.
//! It signs nothing and has neither chain nor batches.

use plebiscite_peers::Older;
use rand::{SeedableRng, rngs::StdRng};

/// Both releases have the same calls.
macro_rules! release {
    ($name:ident, $release:ident, $rng:expr) => {
        pub mod $name {
            use $release::Keypair;
            use $release::app::{ChoiceParams, EncryptedChoice, SingleChoice};
            use $release::group::Ristretto;

            use super::*;
            use crate::time::spent;

            type Encrypted = EncryptedChoice<Ristretto, SingleChoice>;

            /// Choices in bytes.
            pub struct Choices {
                params: ChoiceParams<Ristretto, SingleChoice>,
                bytes: Vec<Vec<u8>>,
            }

            /// Choices among so many options.
            pub fn choices(options: usize) -> Choices {
                let mut rng = $rng(StdRng::seed_from_u64(1));
                let (key, _) = Keypair::<Ristretto>::generate(&mut rng).into_tuple();
                let params = ChoiceParams::single(key, options);
                let bytes = (0..600 / options).map(|chosen| {
                    let choice = EncryptedChoice::single(&params, chosen % options, &mut rng);
                    let mut bytes = Vec::new();
                    ciborium::into_writer(&choice, &mut bytes).expect("memory");
                    bytes
                });
                Choices { bytes: bytes.collect(), params }
            }

            impl Choices {
                /// Microseconds a choice.
                pub fn measure(&self) -> f64 {
                    let (time, ()) = spent(|| {
                        for bytes in &self.bytes {
                            let choice: Encrypted =
                                ciborium::from_reader(bytes.as_slice()).expect("a choice");
                            choice.verify(&self.params).expect("an honest choice");
                        }
                    });
                    time / self.bytes.len() as f64
                }
            }
        }
    };
}

release!(stable, elastic_elgamal, Older);
release!(beta, elastic_elgamal_beta, std::convert::identity);
