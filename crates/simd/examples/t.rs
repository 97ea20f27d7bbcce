//! Trial.
use curve25519_dalek::{RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::*};
use sha2::{Digest, Sha512};
use std::time::Duration;
struct Instant(u64);
impl Instant { fn now() -> Self { Self(cpu()) } fn elapsed(&self) -> Duration { Duration::from_nanos(cpu() - self.0) } }
fn cpu() -> u64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse().unwrap() }

fn wide(i: u64) -> [u8; 64] { Sha512::digest(i.to_le_bytes()).into() }
fn main() {
    let s = plebiscite_simd::Ifma::detect().unwrap();
    let n: usize = std::env::args().nth(1).map_or(11000, |n| n.parse().unwrap());
    let enc: Vec<[u8;32]> = (0..n as u64).map(|i| RistrettoPoint::mul_base(&Scalar::from_bytes_mod_order_wide(&wide(i))).compress().to_bytes()).collect();
    let mut sc: Vec<Scalar> = (0..n as u64).map(|i| { let w = Scalar::from_bytes_mod_order_wide(&wide(i + 1_000_000)); if i % 11 < 5 { let mut b = w.to_bytes(); b[16..].fill(0); Scalar::from_bytes_mod_order(b) } else { w } }).collect();
    // make sum zero: last point is basepoint-like
    let logs: Vec<Scalar> = (0..n as u64).map(|i| Scalar::from_bytes_mod_order_wide(&wide(i))).collect();
    let tot: Scalar = sc.iter().zip(&logs).map(|(a,b)| a*b).sum();
    let fix = sc[n-1] - tot * logs[n-1].invert();
    sc[n-1] = fix;
    for round in 0..4 {
        let t = Instant::now();
        let mut bad = 0;
        let mut p = s.decode(&enc, |_| bad += 1); for _ in 0..49 { p = s.decode(&enc, |_| bad += 1); }
        let d = t.elapsed()/50;
        let idx: Vec<u32> = (0..n as u32).collect();
        let bytes: Vec<[u8;32]> = sc.iter().map(|s| s.to_bytes()).collect();
        let t = Instant::now();
        let mut ok = false; for _ in 0..50 { ok = s.sums_to_identity(&p, &idx, &bytes); }
        let m = t.elapsed()/50;
        let mut b2 = bytes.clone(); b2[5][3] ^= 1;
        let no = s.sums_to_identity(&p, &idx, &b2);
        let t = Instant::now();
        let pts: Vec<RistrettoPoint> = enc.iter().map(|e| CompressedRistretto(*e).decompress().unwrap()).collect();
        let dd = t.elapsed();
        let t = Instant::now();
        let r = RistrettoPoint::vartime_multiscalar_mul(&sc, &pts);
        let dm = t.elapsed();
        println!("{round} bad {bad} ok {ok} no {no} | decode {:.3} us/pt, sum {:.3} us/pt | dalek {:.3} {:.3} {}", d.as_secs_f64()*1e6/n as f64, m.as_secs_f64()*1e6/n as f64, dd.as_secs_f64()*1e6/n as f64, dm.as_secs_f64()*1e6/n as f64, r.is_identity());
    }
}
