(* The ballot's proof (specification, 6): statement, messages, the four equations, completeness.

   F is the field of scalars, V the group, written as a module over F. Bits are numbered from 0 here and from 1 in the
   specification's formulas: its y^i is y ^+ i.+1. The first four equations are named as there; rule (5) speaks of
   other ballots and of encodings, and has no place in an argument about one proof. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
From Plebiscite Require Import Fields.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section LinearBits.
Variables (F : fieldType) (V : lmodType F).
Add Ring scalars : (field_ring_theory F).
Ltac scalars := name_operations F; ring.

(* N bits, d rows, k tallied numbers (6.1). *)
Variables (N d k : nat).
Variables (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (L : 'I_k -> 'I_N -> F).
(* Generators: G, H, and one for each bit; a key for each tallied number (3, 6). *)
Variables (G H : V) (g : 'I_N -> V) (P : 'I_k -> V).
Implicit Types (b a f : 'I_N -> F) (x y z : F).

(* A vector commitment: sum of f_i G_i + z H. *)
Definition commit f z : V := \sum_i f i *: g i + z *: H.
(* M f = s v: the rule at scale s. *)
Definition rule f s := forall r, \sum_i M r i * f i = s * v r.
(* L_o f. *)
Definition tallied o f := \sum_i L o i * f i.
(* A legal choice. *)
Definition legal b := (forall i, b i = 0 \/ b i = 1) /\ rule b 1.

Lemma commit_scale f z x : x *: commit f z = commit (fun i => x * f i) (x * z).
Proof.
rewrite /commit scalerDr scaler_sumr scalerA; congr (_ + _).
by apply: eq_bigr => i _; rewrite scalerA.
Qed.

Lemma commit_add f f' z z' : commit f z + commit f' z' = commit (fun i => f i + f' i) (z + z').
Proof.
rewrite /commit addrACA -big_split scalerDl; congr (_ + _).
by apply: eq_bigr => i _; rewrite scalerDl.
Qed.

Lemma commit_ext f f' z z' : f =1 f' -> z = z' -> commit f z = commit f' z'.
Proof. by move=> e ->; rewrite /commit; congr (_ + _); apply: eq_bigr => i _; rewrite e. Qed.

Lemma tallied_line o f f' x : tallied o (fun i => f i * x + f' i) = x * tallied o f + tallied o f'.
Proof.
rewrite /tallied mulr_sumr -big_split /=; apply: eq_bigr => i _; scalars.
Qed.

Lemma rule_line f f' x s s' : rule f s -> rule f' s' -> rule (fun i => f i * x + f' i) (x * s + s').
Proof.
move=> rule_f rule_f' r.
transitivity (x * (\sum_i M r i * f i) + \sum_i M r i * f' i); last by rewrite rule_f rule_f'; scalars.
rewrite mulr_sumr -big_split /=; apply: eq_bigr => i _; scalars.
Qed.

(* What is sent (6.2, 6.5): before y, before x, and after x. The responses are those at all bits: the ones at the
   pivots are solved by the verifier (Pivots.v). *)
Record first := First { R : V; E : 'I_k -> V; B : V; A : V }.
Record second := Second { T1 : V; T0 : V; A_R : V; A_E : V }.
Record answer := Answer { resp : 'I_N -> F; z_B : F; z_T : F; z_rho : F }.

(* Sum of y^o u_o over the keys. *)
Definition over_keys y (u : 'I_k -> V) := \sum_(o < k) y ^+ o.+1 *: u o.
Definition tallied_at y f := \sum_(o < k) y ^+ o.+1 * tallied o f.
(* Sum of y^i f_i (x - f_i). *)
Definition bit_sum y x f := \sum_(i < N) y ^+ i.+1 * (f i * (x - f i)).

Definition equation_1 (m : first) x (c : answer) := x *: B m + A m = commit (resp c) (z_B c).
Definition equation_2 (n : second) y x (c : answer) :=
  x *: T1 n + T0 n = bit_sum y x (resp c) *: G + z_T c *: H.
Definition equation_3 (m : first) (n : second) x (c : answer) := x *: R m + A_R n = z_rho c *: G.
Definition equation_4 (m : first) (n : second) y x (c : answer) :=
  x *: over_keys y (E m) + A_E n = tallied_at y (resp c) *: G + z_rho c *: over_keys y P.

Definition accepts m y n x c :=
  [/\ rule (resp c) x, equation_1 m x c, equation_2 n y x c, equation_3 m n x c & equation_4 m n y x c].

(* The honest prover (6.3). *)
Section Prover.
Variables (b a : 'I_N -> F) (rho r_B r_A tau1 tau0 w : F).
Definition t1 y := \sum_(i < N) y ^+ i.+1 * (a i * (1 - (b i + b i))).
Definition t0 y := - \sum_(i < N) y ^+ i.+1 * (a i * a i).
Definition prover_1 := First (rho *: G) (fun o => tallied o b *: G + rho *: P o) (commit b r_B) (commit a r_A).
Definition prover_2 y := Second (t1 y *: G + tau1 *: H) (t0 y *: G + tau0 *: H) (w *: G)
  (tallied_at y a *: G + w *: over_keys y P).
Definition prover_3 x := Answer (fun i => b i * x + a i) (r_B * x + r_A) (tau1 * x + tau0) (rho * x + w).
End Prover.

(* Where b is 0 or 1, f (x - f) has no square of x. *)
Lemma bit_expanded y x b a : (forall i, b i = 0 \/ b i = 1) ->
  bit_sum y x (fun i => b i * x + a i) = x * t1 b a y + t0 a y.
Proof.
move=> bits; rewrite /bit_sum /t1 /t0 mulr_sumr -sumrN -big_split /=; apply: eq_bigr => i _.
by case: (bits i) => ->; scalars.
Qed.

(* Without that, it has: the term that a lie cannot be rid of. *)
Lemma bit_expanded_any y x b a :
  bit_sum y x (fun i => b i * x + a i) =
  x * x * (\sum_(i < N) y ^+ i.+1 * (b i * (1 - b i))) + (x * t1 b a y + t0 a y).
Proof.
rewrite /bit_sum /t1 /t0 !mulr_sumr -sumrN -!big_split /=; apply: eq_bigr => i _; scalars.
Qed.

Theorem completeness b a rho r_B r_A tau1 tau0 w y x : legal b -> rule a 0 ->
  accepts (prover_1 b a rho r_B r_A) y (prover_2 b a tau1 tau0 w y) x
    (prover_3 b a rho r_B r_A tau1 tau0 w x).
Proof.
move=> [bits legal_b] legal_a; split.
- by move=> r; rewrite (rule_line x legal_b legal_a); congr (_ * _); scalars.
- by rewrite /equation_1 /= commit_scale commit_add; apply: commit_ext => [i|]; scalars.
- rewrite /equation_2 /= bit_expanded // scalerDr scalerA addrACA scalerA -!scalerDl.
  by congr (_ + _ *: _); scalars.
- by rewrite /equation_3 /= scalerA -scalerDl; congr (_ *: _); scalars.
- rewrite /equation_4 /=.
  have -> : over_keys y (fun o => tallied o b *: G + rho *: P o) =
            tallied_at y b *: G + rho *: over_keys y P.
    rewrite /over_keys /tallied_at scaler_suml scaler_sumr -big_split /=; apply: eq_bigr => o _.
    by rewrite scalerDr !scalerA [rho * _]mulrC.
  have -> : tallied_at y (fun i => b i * x + a i) = x * tallied_at y b + tallied_at y a.
    rewrite /tallied_at mulr_sumr -big_split /=; apply: eq_bigr => o _.
    by rewrite tallied_line; scalars.
  rewrite scalerDr !scalerA addrACA -!scalerDl; congr (_ *: _ + _ *: _); scalars.
Qed.
End LinearBits.
