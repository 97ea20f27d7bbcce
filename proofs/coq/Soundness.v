(* Special soundness of the ballot's proof (specification, 6.4): a tree of accepted transcripts gives a legal choice that
   the ciphertexts encrypt, or a relation among the generators.

   What the tree shares is what the prover had fixed: R, E, B and A stand before y, so all of the tree has them; T1, T0,
   A_R and A_E stand before x, so all answers under one y have them. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
From Plebiscite Require Import Fields LinearBits.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Soundness.
Variables (F : fieldType) (V : lmodType F).
Add Ring scalars : (field_ring_theory F).
Ltac scalars := name_operations F; ring.
Variables (N d k : nat).
Variables (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (L : 'I_k -> 'I_N -> F).
Variables (G H : V) (g : 'I_N -> V) (P : 'I_k -> V).

Notation commit := (commit H g).
Notation rule := (rule M v).
Notation accepts := (accepts M v L G H g P).

(* A relation among the generators: what nobody knows, for they are hashed into the group (3). *)
Definition relation := exists (c : 'I_N -> F) (c_G c_H : F),
  ((exists i, c i != 0) \/ c_G != 0 \/ c_H != 0) /\ \sum_i c i *: g i + c_G *: G + c_H *: H = 0.

(* b is legal, and R and E encrypt its tallied numbers under the keys. *)
Definition encrypted (m : first V k) := exists b rho,
  [/\ legal M v b, R m = rho *: G & forall o, E m o = tallied L o b *: G + rho *: P o].

(* Two openings of one commitment that differ in a bit's place. *)
Lemma commitments_bind f f' z z' : commit f z = commit f' z' -> f =1 f' \/ relation.
Proof.
move=> same; case: (boolP [forall i, f i == f' i]) => [/forallP e|].
  by left=> i; apply/eqP.
rewrite negb_forall => /existsP[i differ]; right.
exists (fun i => f i - f' i), 0, (z - z'); split; first by left; exists i; rewrite subr_eq0.
rewrite scale0r addr0 scalerBl.
under eq_bigr do rewrite scalerBl.
by rewrite sumrB addrACA -opprD; apply/eqP; rewrite subr_eq0; apply/eqP.
Qed.

(* c G + z H = 0. *)
Lemma pair_binds (c z : F) : c *: G + z *: H = 0 -> c = 0 \/ relation.
Proof.
move=> zero; case: (eqVneq c 0) => [|nz]; first by left.
right; exists (fun=> 0), c, z; split; first by right; left.
by rewrite big1 ?add0r // => i _; rewrite scale0r.
Qed.

Section Line.
(* Two answers to one pair of moves: what lies on the line through them. *)
Variables (x x' : F).
Hypothesis differ : x - x' != 0.
Definition slope (u u' : F) := (u - u') / (x - x').
Definition offset (u u' : F) := u - x * slope u u'.

Lemma slope_times u u' : (x - x') * slope u u' = u - u'.
Proof. by rewrite /slope mulrC divfK. Qed.

Lemma line_first u u' : u = x * slope u u' + offset u u'.
Proof. by rewrite /offset addrC subrK. Qed.

Lemma line_second u u' : u' = x' * slope u u' + offset u u'.
Proof.
have s := slope_times u u'; rewrite /offset.
transitivity (u - (u - u')); first by scalars.
by rewrite -s; scalars.
Qed.

(* The group elements on the line are those that the two answers open. *)
Lemma line_in_group (S T W W' : V) : x *: S + T = W -> x' *: S + T = W' -> S = (x - x')^-1 *: (W - W').
Proof.
move=> <- <-; rewrite opprD addrACA subrr addr0 -scalerBl scalerA mulVf ?scale1r //.
Qed.
End Line.

(* (1): the commitments B and A are opened. *)
Lemma opened_1 (m : first V k) x x' c c' : x - x' != 0 ->
  equation_1 H g m x c -> equation_1 H g m x' c' ->
  let b i := slope x x' (resp c i) (resp c' i) in
  let a i := offset x x' (resp c i) (resp c' i) in
  B m = commit b (slope x x' (z_B c) (z_B c')) /\ A m = commit a (offset x x' (z_B c) (z_B c')).
Proof.
move=> nx e e' b a.
have eB : B m = commit b (slope x x' (z_B c) (z_B c')).
  rewrite (line_in_group nx e e') -scaleN1r !commit_scale commit_add commit_scale.
  by apply: commit_ext => [i|]; rewrite /b /slope mulN1r mulrC.
split=> //; apply: (addrI (x *: B m)); rewrite e {1}eB commit_scale commit_add.
by apply: commit_ext => [i|]; apply: line_first.
Qed.

(* The rule holds for b at 1, because the pivots were solved at x. *)
Lemma rule_of_slope f f' x x' : x - x' != 0 -> rule f x -> rule f' x' ->
  rule (fun i => slope x x' (f i) (f' i)) 1.
Proof.
move=> nx e e' r; apply: (mulfI nx); rewrite mulr_sumr mul1r mulrBl -e -e' -sumrB.
apply: eq_bigr => i _; rewrite mulrCA slope_times //; scalars.
Qed.

(* (2) at three x: the square of x has no part. *)
Lemma no_square (T1 T0 : V) (x : 'I_3 -> F) (alpha beta gamma : F) (z : 'I_3 -> F) : injective x ->
  (forall l, x l *: T1 + T0 = (x l * x l * alpha + (x l * beta + gamma)) *: G + z l *: H) ->
  alpha = 0 \/ relation.
Proof.
move=> x_inj e; pose mu l := (lagrange_poly x l)`_2.
have pick m : (m < 3)%N -> \sum_l mu l * x l ^+ m = (m == 2%N)%:R by move=> m3; exact: power_picked.
have p0 : \sum_l mu l = 0.
  by move: (pick 0%N isT); under eq_bigr do rewrite expr0 mulr1.
have p1 : \sum_l mu l * x l = 0.
  by move: (pick 1%N isT); under eq_bigr do rewrite expr1.
have p2 : \sum_l mu l * (x l * x l) = 1.
  by move: (pick 2%N isT); under eq_bigr do rewrite expr2.
apply: (@pair_binds alpha (\sum_l mu l * z l)).
transitivity (\sum_l mu l *: (x l *: T1 + T0)).
  under [RHS]eq_bigr do rewrite e scalerDr !scalerA.
  rewrite big_split /= -!scaler_suml; congr (_ *: _ + _ *: _).
  transitivity ((\sum_l mu l * (x l * x l)) * alpha + ((\sum_l mu l * x l) * beta + (\sum_l mu l) * gamma)).
    by rewrite p0 p1 p2; scalars.
  rewrite !mulr_suml -!big_split /=; apply: eq_bigr => l _; scalars.
under eq_bigr do rewrite scalerDr scalerA.
by rewrite big_split /= -!scaler_suml p1 p0 !scale0r addr0.
Qed.

(* The tree: distinct y that are not zero, three distinct x under each. *)
Variable K : nat.
Definition tree (m : first V k) (y : 'I_K -> F) (n : 'I_K -> second V)
    (x : 'I_K -> 'I_3 -> F) (c : 'I_K -> 'I_3 -> answer F N) :=
  [/\ injective y, forall j, y j != 0, forall j, injective (x j) &
      forall j l, accepts m (y j) (n j) (x j l) (c j l)].

Let i0 : 'I_3 := ord0.
Let i1 : 'I_3 := lift ord0 ord0.

Lemma two_differ (x : 'I_3 -> F) : injective x -> x i0 - x i1 != 0.
Proof. by move=> x_inj; rewrite subr_eq0; apply/eqP => /x_inj. Qed.

(* N and k values of y, where none is zero. *)
Theorem special_soundness m y n x c : (0 < K)%N -> (N <= K)%N -> (k <= K)%N ->
  tree m y n x c -> encrypted m \/ relation.
Proof.
move=> Kpos NK kK [y_inj y_nz x_inj good].
pose j0 : 'I_K := Ordinal Kpos.
pose b i := slope (x j0 i0) (x j0 i1) (resp (c j0 i0) i) (resp (c j0 i1) i).
pose a i := offset (x j0 i0) (x j0 i1) (resp (c j0 i0) i) (resp (c j0 i1) i).
have nx j := two_differ (x_inj j).
case: (good j0 i0) => r0 e0 _ _ _; case: (good j0 i1) => r1 e1 _ _ _.
have [eB eA] := opened_1 (nx j0) e0 e1.
have legal_b : rule b 1 by exact: rule_of_slope (nx j0) r0 r1.
(* Every answer lies on the one line. *)
have on_line j l : (forall i, resp (c j l) i = b i * x j l + a i) \/ relation.
  case: (good j l) => _ e _ _ _.
  have : commit (fun i => b i * x j l + a i)
      (x j l * slope (x j0 i0) (x j0 i1) (z_B (c j0 i0)) (z_B (c j0 i1)) +
       offset (x j0 i0) (x j0 i1) (z_B (c j0 i0)) (z_B (c j0 i1))) = commit (resp (c j l)) (z_B (c j l)).
    rewrite -e eB eA commit_scale commit_add; apply: commit_ext => [i|//].
    by rewrite [b i * _]mulrC.
  by move=> /commitments_bind[same|]; [left=> i; rewrite same|right].
case: (boolP [forall j, [forall l, [forall i, resp (c j l) i == b i * x j l + a i]]]); last first.
  rewrite negb_forall => /existsP[j]; rewrite negb_forall => /existsP[l]; rewrite negb_forall => /existsP[i ne].
  by case: (on_line j l) => [same|]; [rewrite same eqxx in ne|right].
move=> /forallP line; have {on_line} line j l i : resp (c j l) i = b i * x j l + a i.
  by have /forallP/(_ l)/forallP/(_ i)/eqP := line j.
(* (2): bits are bits. *)
pose alpha j := \sum_(i < N) y j ^+ i.+1 * (b i * (1 - b i)).
have no_alpha j : alpha j = 0 \/ relation.
  apply: (@no_square (T1 (n j)) (T0 (n j)) (x j) _ (t1 b a (y j)) (t0 a (y j)) (fun l => z_T (c j l))) => // l.
  case: (good j l) => _ _ e _ _; rewrite e; congr (_ *: _ + _).
  rewrite -bit_expanded_any /bit_sum; apply: eq_bigr => i _; by rewrite line.
case: (boolP [forall j, alpha j == 0]); last first.
  rewrite negb_forall => /existsP[j ne].
  by case: (no_alpha j) => [z|]; [rewrite z eqxx in ne|right].
move=> /forallP zero.
have bits i : b i = 0 \/ b i = 1.
  have vanish := @powers_from_one_vanish F [lmodType F of F^o] K y y_inj N (fun i => b i * (1 - b i)) NK y_nz.
  have /eqP := vanish (fun j => eqP (zero j)) i.
  rewrite mulf_eq0 subr_eq0 => /orP[/eqP|/eqP]; by [left|right].
(* (3): one rho for all y. *)
pose rho j := slope (x j i0) (x j i1) (z_rho (c j i0)) (z_rho (c j i1)).
have eR j : R m = rho j *: G.
  case: (good j i0) => _ _ _ e _; case: (good j i1) => _ _ _ e' _.
  by rewrite (line_in_group (nx j) e e') -scalerBl scalerA mulrC.
case: (boolP [forall j, rho j == rho j0]); last first.
  rewrite negb_forall => /existsP[j ne]; right.
  have zero_G : (rho j - rho j0) *: G + 0 *: H = 0 by rewrite scale0r addr0 scalerBl -!eR subrr.
  by case: (pair_binds zero_G) => // /eqP; rewrite subr_eq0 (negPf ne).
move=> /forallP same_rho.
(* (4): every E. *)
have at_y j : over_keys (y j) (E m) = tallied_at L (y j) b *: G + rho j0 *: over_keys (y j) P.
  case: (good j i0) => _ _ _ _ e; case: (good j i1) => _ _ _ _ e'.
  rewrite (line_in_group (nx j) e e') opprD addrACA -!scalerBl scalerDr !scalerA -(eqP (same_rho j)).
  congr (_ *: _ + _ *: _); last by rewrite mulrC.
  apply: (mulfI (nx j)); rewrite mulrA divff ?mul1r //.
  rewrite /tallied_at mulr_sumr -sumrB; apply: eq_bigr => o _.
  rewrite -mulrBr mulrCA; congr (_ * _).
  rewrite /tallied mulr_sumr -sumrB; apply: eq_bigr => i _; rewrite !line; scalars.
left; exists b, (rho j0); split=> // o; apply/eqP; rewrite -subr_eq0; apply/eqP.
apply: (powers_from_one_vanish y_inj (D := fun o => E m o - (tallied L o b *: G + rho j0 *: P o)) kK y_nz) => j.
under eq_bigr do rewrite scalerBr.
rewrite sumrB; apply/eqP; rewrite subr_eq0; apply/eqP; rewrite -[LHS]/(over_keys (y j) (E m)) at_y.
rewrite /tallied_at /over_keys scaler_suml scaler_sumr -big_split; apply: eq_bigr => l _.
by rewrite scalerDr !scalerA [rho j0 * _]mulrC.
Qed.
End Soundness.
