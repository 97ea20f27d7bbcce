(* Keys that n trustees make together, shares, and what any t of them decrypt (specification, 9.4 to 9.7, 10.6).

   F is the field of scalars, V the group, written as a module over F. A trustee's polynomial f_j has at most t
   coefficients. One key o is spoken of; all K keys are alike. That shares reach their trustees unread (9.5), and that
   no trustee chooses its polynomial after seeing the others' (9.4), is no algebra and is not proven here. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Plebiscite Require Import Fields Dleq.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

(* Lagrange at zero (10.6). *)
Section AtZero.
Variables (F : fieldType) (t : nat) (xs : 'I_t -> F).
Hypothesis xs_inj : injective xs.

(* lambda_j = product over i, other than j, of x_i / (x_i - x_j). *)
Definition lambda j := \prod_(i | i != j) (xs i / (xs i - xs j)).

Lemma lambda_lagrange j : lambda j = (lagrange_poly xs j).[0].
Proof.
rewrite /lambda /lagrange_poly horner_prod; apply: eq_bigr => i _.
by rewrite hornerZ hornerXsubC sub0r mulrN -mulNr -invrN opprB mulrC.
Qed.

(* The coefficients carry every polynomial with at most t coefficients back to zero. *)
Theorem lambda_at_zero (f : {poly F}) : (size f <= t)%N -> \sum_j lambda j * f.[xs j] = f.[0].
Proof.
move=> size_f; rewrite [in RHS](interpolation xs_inj size_f) horner_sum; apply: eq_bigr => j _.
by rewrite hornerZ lambda_lagrange mulrC.
Qed.

Theorem lambda_at_zero_in_group (V : lmodType F) (f : {poly F}) (R : V) : (size f <= t)%N ->
  \sum_j lambda j *: (f.[xs j] *: R) = f.[0] *: R.
Proof.
move=> size_f; rewrite -(lambda_at_zero size_f) scaler_suml.
by apply: eq_bigr => j _; rewrite scalerA.
Qed.

(* No denominator is zero: that indices are distinct is all that division needs. *)
Lemma denominators_nonzero i j : i != j -> xs i - xs j != 0.
Proof. by move=> ij; rewrite subr_eq0 (inj_eq xs_inj). Qed.
End AtZero.

(* Trustees' indices 1 .. n are distinct in the field and not zero, since its order lies above n. *)
Section Indices.
Variables (F : fieldType) (n : nat).
Hypothesis order_above : forall l : nat, (0 < l <= n)%N -> l%:R != 0 :> F.
Definition index_of (j : 'I_n) : F := (j.+1)%:R.

Lemma index_nonzero j : index_of j != 0.
Proof. by apply: order_above; rewrite ltn_ord. Qed.

Lemma index_inj : injective index_of.
Proof.
suff below (j j' : 'I_n) : (j <= j')%N -> index_of j = index_of j' -> j = j'.
  move=> j j' same; case: (leqP j j') => [le|/ltnW le]; first exact: below.
  by apply/esym/below.
move=> le same; apply/val_inj/eqP; rewrite /= eqn_leq le /= leqNgt; apply/negP => lt.
have: (j' - j)%:R != 0 :> F by apply: order_above; rewrite subn_gt0 lt (leq_trans (leq_subr _ _)) // ltnW.
by rewrite -subSS natrB ?ltnS // -/(index_of j') -same subrr eqxx.
Qed.
End Indices.

(* Fewer than t shares fit every secret: t - 1 values of a polynomial, at places that are not zero, and any value at
   zero are those of exactly one polynomial. (The published A say more to one who can take logarithms.) *)
Theorem fewer_shares_fit_every_secret (F : fieldType) (t : nat) (xs ys : 'I_t -> F) (secret : F) :
  injective xs -> (forall i, xs i != 0) ->
  exists f : {poly F}, [/\ (size f <= t.+1)%N, f.[0] = secret, forall i, f.[xs i] = ys i &
    forall f' : {poly F}, (size f' <= t.+1)%N -> f'.[0] = secret -> (forall i, f'.[xs i] = ys i) -> f' = f].
Proof.
move=> xs_inj nonzero.
pose places (l : 'I_t.+1) := if unlift ord0 l is Some i then xs i else 0.
pose values (l : 'I_t.+1) := if unlift ord0 l is Some i then ys i else secret.
have places_inj : injective places.
  move=> l l'; rewrite /places; case: (unliftP ord0 l) => [i|] ->; case: (unliftP ord0 l') => [i'|] -> //.
  - by move=> /xs_inj ->.
  - by move=> /eqP; rewrite (negPf (nonzero i)).
  - by move=> /esym /eqP; rewrite (negPf (nonzero i')).
pose f := \sum_l values l *: lagrange_poly places l.
have at_place l : f.[places l] = values l.
  rewrite horner_sum (bigD1 l) //= hornerZ lagrange_poly_at // eqxx mulr1 big1 ?addr0 // => l' other.
  by rewrite hornerZ lagrange_poly_at // (negPf other) mulr0.
exists f; split.
- apply: leq_trans (size_sum _ _ _) _; apply/bigmax_leqP => l _.
  by apply: leq_trans (size_scale_leq _ _) (size_lagrange_poly _ _).
- by have := at_place ord0; rewrite /places /values unlift_none.
- by move=> i; have := at_place (lift ord0 i); rewrite /places /values liftK.
move=> f' size_f' zero others; rewrite (interpolation places_inj size_f'); apply: eq_bigr => l _; congr (_ *: _).
by rewrite /places /values; case: (unliftP ord0 l).
Qed.

(* The ceremony (9.4 to 9.7): what trustee j publishes, and what follows from all of them. *)
Section Ceremony.
Variables (F : fieldType) (V : lmodType F) (G : V).
Hypothesis G_nonzero : G != 0.
Variables (n t : nat).
(* A_{j,m}, exactly t of each trustee. *)
Variable A : 'I_n -> 'I_t -> V.

(* [f_j(x)]G as anyone computes it: sum of x^m A_{j,m}. *)
Definition dealt_at j (x : F) : V := \sum_(m < t) x ^+ m *: A j m.
(* 9.6: the equation of a share. *)
Definition share_equation j x share := share *: G = dealt_at j x.
(* 9.7; election_key is P. A dealt value at zero is A_{j,0}: see dealt_at_zero. *)
Definition Y_at (x : F) : V := \sum_j dealt_at j x.
Definition election_key : V := \sum_j dealt_at j 0.

Lemma dealt_at_zero j (t_positive : (0 < t)%N) : dealt_at j 0 = A j (Ordinal t_positive).
Proof.
rewrite /dealt_at (bigD1 (Ordinal t_positive)) //= expr0 scale1r big1 ?addr0 // => m.
by rewrite -val_eqE /= => /negPf; case: (val m) => // l _; rewrite expr0n scale0r.
Qed.

Lemma P_sum (t_positive : (0 < t)%N) : election_key = \sum_j A j (Ordinal t_positive).
Proof. by apply: eq_bigr => j _; rewrite -dealt_at_zero. Qed.

(* Every trustee has proven that it knows its coefficients (5.2, list_special_sound): *)
Section Known.
Variable a : 'I_n -> 'I_t -> F.
Hypothesis known : forall j m, A j m = a j m *: G.
Definition polynomial j : {poly F} := \poly_(m < t) (if insub m is Some m' then a j m' else 0).

Lemma f_size j : (size (polynomial j) <= t)%N. Proof. exact: size_poly. Qed.

Lemma f_at j x : (polynomial j).[x] = \sum_(m < t) a j m * x ^+ m.
Proof.
rewrite (horner_coef_wide _ (f_size j)); apply: eq_bigr => m _.
by rewrite coef_poly ltn_ord insubT //= => p; congr (a j _ * _); apply: val_inj.
Qed.

Lemma dealt_known j x : dealt_at j x = (polynomial j).[x] *: G.
Proof.
rewrite f_at scaler_suml; apply: eq_bigr => m _.
by rewrite known scalerA mulrC.
Qed.

(* A share passes exactly if it is the polynomial's value: adjudication (9.6) is right about both parties. *)
Theorem share_passes_iff_true j x share : share_equation j x share <-> share = (polynomial j).[x].
Proof.
rewrite /share_equation dealt_known; split => [same|->] //.
apply/eqP; rewrite -subr_eq0; have: (share - (polynomial j).[x]) *: G == 0 by rewrite scalerBl same subrr.
by rewrite scaler_eq0 (negPf G_nonzero) orbF.
Qed.

(* The sum of all n. Nothing ever adds it up. *)
Definition whole : {poly F} := \sum_j polynomial j.
Definition z_at x := \sum_j (polynomial j).[x].

Lemma whole_size : (size whole <= t)%N.
Proof. by apply: leq_trans (size_sum _ _ _) _; apply/bigmax_leqP => j _; apply: f_size. Qed.

Lemma z_whole x : z_at x = whole.[x].
Proof. by rewrite /whole horner_sum. Qed.

Theorem Y_is_share x : Y_at x = z_at x *: G.
Proof. by rewrite /Y_at /z_at scaler_suml; apply: eq_bigr => j _; rewrite dealt_known. Qed.

Theorem P_is_whole : election_key = whole.[0] *: G.
Proof. by rewrite -z_whole -Y_is_share. Qed.

(* A trustee that adds up shares that passed keeps one that fits its Y (9.7). *)
Theorem kept_share_fits x (share : 'I_n -> F) : (forall j, share_equation j x (share j)) ->
  (\sum_j share j) *: G = Y_at x /\ \sum_j share j = z_at x.
Proof.
move=> pass; have sums : \sum_j share j = z_at x.
  by apply: eq_bigr => j _; apply/share_passes_iff_true.
by split; rewrite ?sums -?Y_is_share.
Qed.

(* 10.6: any t trustees, by the verified factors of a sum R; each factor has the logarithm of its Y (10.5). *)
Section Combination.
Variables (xs : 'I_t -> F).
Hypothesis xs_inj : injective xs.
Implicit Types (R : V) (D : 'I_t -> V).
Definition verified R D := forall j, exists z, Y_at (xs j) = z *: G /\ D j = z *: R.
Definition combined D := \sum_j lambda xs j *: D j.

Lemma verified_factor R D : verified R D -> forall j, D j = whole.[xs j] *: R.
Proof.
move=> ok j; have [z [Yz ->]] := ok j; congr (_ *: _).
apply/eqP; rewrite -subr_eq0; have: (z - whole.[xs j]) *: G == 0.
  by rewrite scalerBl -Yz Y_is_share z_whole subrr.
by rewrite scaler_eq0 (negPf G_nonzero) orbF.
Qed.

Theorem combination R D : verified R D -> combined D = whole.[0] *: R.
Proof.
move=> /verified_factor true_factors; rewrite -(lambda_at_zero_in_group xs_inj R whole_size).
by apply: eq_bigr => j _; rewrite true_factors.
Qed.

(* The mask of a sum: with R = rho G, it is rho P, whoever combines. *)
Corollary combination_is_mask rho D : verified (rho *: G) D -> combined D = rho *: election_key.
Proof. by move=> /combination ->; rewrite P_is_whole !scalerA mulrC. Qed.
End Combination.

(* The same for every choice of t trustees. *)
Theorem combination_any_trustees (xs xs' : 'I_t -> F) R (D D' : 'I_t -> V) : injective xs -> injective xs' ->
  verified xs R D -> verified xs' R D' -> combined xs D = combined xs' D'.
Proof. by move=> inj inj' ok ok'; rewrite (combination inj ok) (combination inj' ok'). Qed.
End Known.
End Ceremony.

(* A trustee's two answers to two challenges (10.4, factors_special_sound), outside of the few weights that hide a false
   factor (factors_sound), are what combination asks for. *)
Section FromProof.
Variables (F : finFieldType) (V : lmodType F).
Variables (cells keys : nat) (R D : 'I_cells -> 'I_keys -> V) (z : 'I_keys -> F).

Theorem factors_verified : identities_fit R D -> (forall g o, ~~ false_factor R D z g o) ->
  forall g o, D g o = z o *: R g o.
Proof.
move=> fit none g o; have := none g o; rewrite /false_factor negb_and !negbK.
case: (eqVneq (R g o) 0) => [zero _|_ /= /eqP //].
by rewrite zero scaler0; apply/eqP; rewrite fit zero eqxx.
Qed.
End FromProof.
