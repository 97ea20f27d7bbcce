(* Identities in a field by Coq's ring tactic, and sums whose powers of a challenge vanish at enough places.
   Used by every other file; follows no section of the specification. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import setoid_ring.Ring_theory Ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

(* The operations of a field under names that do not depend on the structure by which a term was elaborated, so that
   the ring tactic finds them. *)
Section RingTheory.
Variable F : fieldType.
Definition f0 : F := 0.
Definition f1 : F := 1.
Definition fadd (a b : F) : F := a + b.
Definition fmul (a b : F) : F := a * b.
Definition fopp (a : F) : F := - a.
Definition fsub (a b : F) : F := fadd a (fopp b).
Lemma field_ring_theory : ring_theory f0 f1 fadd fmul fsub fopp eq.
Proof.
split=> //=; [exact: add0r|exact: addrC|exact: addrA|exact: mul1r|exact: mulrC|exact: mulrA|exact: mulrDl|exact: subrr].
Qed.
End RingTheory.

Ltac name_operations F :=
  repeat match goal with
  | |- context [@GRing.add ?S ?a ?b] => change (@GRing.add S a b) with (@fadd F a b)
  | |- context [@GRing.mul ?S ?a ?b] => change (@GRing.mul S a b) with (@fmul F a b)
  | |- context [@GRing.opp ?S ?a] => change (@GRing.opp S a) with (@fopp F a)
  | |- context [@GRing.one ?S] => change (@GRing.one S) with (f1 F)
  | |- context [@GRing.zero ?S] => change (@GRing.zero S) with (f0 F)
  end;
  match goal with |- @eq _ ?a ?b => change (@eq (GRing.Field.sort F) a b) end.

Section Vanishing.
Variables (F : fieldType) (V : lmodType F).
Variables (t : nat) (xs : 'I_t -> F).
Hypothesis xs_inj : injective xs.

(* The i-th Lagrange polynomial at the places xs. *)
Definition lagrange_poly (i : 'I_t) : {poly F} := \prod_(j | j != i) ((xs i - xs j)^-1 *: ('X - (xs j)%:P)).

Lemma lagrange_poly_at i l : (lagrange_poly i).[xs l] = (i == l)%:R.
Proof.
rewrite horner_prod; case: eqP => [<-|ne] /=.
  by rewrite big1 // => j nj; rewrite hornerZ hornerXsubC mulVf // subr_eq0 (inj_eq xs_inj) eq_sym.
rewrite (bigD1 l) /=; last by apply/eqP => e; apply: ne.
by rewrite hornerZ hornerXsubC subrr mulr0 mul0r.
Qed.

Lemma size_lagrange_poly i : (size (lagrange_poly i) <= t)%N.
Proof.
have c : #|predC1 i| = t.-1 by rewrite cardC1 card_ord.
have tp : (0 < t)%N by case: i {c} => k; case: (t).
rewrite /lagrange_poly; apply: leq_trans (size_prod_leq _ _) _.
have H : (\sum_(j | j != i) size ((xs i - xs j)^-1 *: ('X - (xs j)%:P))%R <= 2 * t.-1)%N.
  rewrite -c -sum1_card big_distrr /=; apply: leq_sum => j _.
  by rewrite muln1; apply: leq_trans (size_scale_leq _ _) _; rewrite size_XsubC.
have -> : #|(fun j : 'I_t => j != i)| = t.-1 by rewrite -c; apply: eq_card.
rewrite leq_subLR; apply: leq_trans (_ : _ <= (2 * t.-1).+1)%N _; first by rewrite ltnS.
by rewrite mul2n -addnn -addnS prednK.
Qed.

(* A polynomial of degree below t is the sum of its values times the Lagrange polynomials. *)
Lemma interpolation (p : {poly F}) : (size p <= t)%N -> p = \sum_i p.[xs i] *: lagrange_poly i.
Proof.
move=> sp; apply/eqP; rewrite -subr_eq0; apply/eqP.
apply: (@roots_geq_poly_eq0 F _ [seq xs i | i <- enum 'I_t]).
- apply/allP => z /mapP[k _ ->]; rewrite rootE hornerD hornerN horner_sum (bigD1 k) //=.
  rewrite hornerZ lagrange_poly_at eqxx mulr1 big1 ?addr0 ?subrr // => i ni.
  by rewrite hornerZ lagrange_poly_at (negPf ni) mulr0.
- by rewrite map_inj_uniq ?enum_uniq.
- rewrite size_map size_enum_ord; apply: leq_trans (size_add _ _) _.
  rewrite geq_max sp size_opp; apply: leq_trans (size_sum _ _ _) _.
  by apply/bigmax_leqP => i _; apply: leq_trans (size_scale_leq _ _) (size_lagrange_poly i).
Qed.

(* The coefficients of the Lagrange polynomials take a sum of powers apart. *)
Lemma power_picked (m o : nat) : (m < t)%N ->
  \sum_i (lagrange_poly i)`_o * xs i ^+ m = (m == o)%:R.
Proof.
move=> mt; have sX : (size ('X^m : {poly F}) <= t)%N by rewrite size_polyXn.
have := congr1 (fun p : {poly F} => p`_o) (interpolation sX).
rewrite coefXn eq_sym coef_sum => ->; apply: eq_bigr => i _.
by rewrite coefZ hornerXn mulrC.
Qed.

(* Sum of x^m D_m = 0 at t places, at least as many as there are D: every D is zero. *)
Lemma powers_vanish n (D : 'I_n -> V) : (n <= t)%N ->
  (forall i, \sum_(m < n) xs i ^+ m *: D m = 0) -> forall m, D m = 0.
Proof.
move=> nt zero m.
have -> : D m = \sum_i (lagrange_poly i)`_m *: (\sum_(l < n) xs i ^+ l *: D l).
  under [RHS]eq_bigr do rewrite scaler_sumr.
  rewrite exchange_big /= (bigD1 m) //= [X in _ + X]big1 ?addr0.
    under eq_bigr do rewrite scalerA.
    by rewrite -scaler_suml power_picked ?eqxx ?scale1r // (leq_trans (ltn_ord m) nt).
  move=> l lm; under eq_bigr do rewrite scalerA.
  rewrite -scaler_suml power_picked; last by rewrite (leq_trans (ltn_ord l) nt).
  by rewrite (_ : (l == m :> nat) = false) ?scale0r //; apply/negbTE.
by rewrite big1 // => i _; rewrite zero scaler0.
Qed.

(* The same where powers begin with 1, as the protocol's do, at places that are not zero. *)
Lemma powers_from_one_vanish n (D : 'I_n -> V) : (n <= t)%N -> (forall i, xs i != 0) ->
  (forall i, \sum_(m < n) xs i ^+ m.+1 *: D m = 0) -> forall m, D m = 0.
Proof.
move=> nt nz zero; apply: powers_vanish => // i.
have := zero i; under eq_bigr do rewrite exprS -scalerA.
rewrite -scaler_sumr => /eqP; rewrite scaler_eq0 (negPf (nz i)) /= => /eqP //.
Qed.
End Vanishing.
