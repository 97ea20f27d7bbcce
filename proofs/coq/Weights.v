(* Random linear combinations: what a weighted sum says of its summands. Used where the trustees' factors are batched
   (specification, 10.4) and where ballots are (specification, 7).

   A weight is an element of a finite set W, read as a scalar by an injection: a number below 2^128 for ballots, any
   scalar for factors. Chances are counted: "at most one in #|W|" is  #bad * #|W| <= #all. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Weights.
Variables (F : fieldType) (V : lmodType F).
Variables (W : finType) (scalar : W -> F).
Hypothesis scalar_inj : injective scalar.
Variables (I : finType) (e : I -> V).
Implicit Types (w : {ffun I -> W}) (u : W).

(* The sum of the summands e, each by its weight. *)
Definition weighted w : V := \sum_i scalar (w i) *: e i.

Lemma weighted_zero w : (forall i, e i = 0) -> weighted w = 0.
Proof. by move=> zero; rewrite /weighted big1 // => i _; rewrite zero scaler0. Qed.

(* The weights w with u in the place of i. *)
Definition reweighted w i u : {ffun I -> W} := [ffun l => if l == i then u else w l].

Lemma reweighted_own w i : reweighted w i (w i) = w.
Proof. by apply/ffunP => l; rewrite ffunE; case: eqP => [->|]. Qed.

(* Whatever the other weights are, a summand that is not zero is hidden by one weight at most. *)
Lemma one_weight w i u u' : e i != 0 ->
  weighted (reweighted w i u) = 0 -> weighted (reweighted w i u') = 0 -> u = u'.
Proof.
move=> nz z z'; apply: scalar_inj; apply/eqP; rewrite -subr_eq0.
have: (scalar u - scalar u') *: e i == 0.
  have: weighted (reweighted w i u) - weighted (reweighted w i u') = 0 by rewrite z z' subrr.
  rewrite /weighted (bigD1 i) //= [X in _ - X](bigD1 i) //= !ffunE eqxx opprD addrACA -sumrB big1 ?addr0.
    by rewrite scalerBl => ->.
  by move=> l /negPf li; rewrite !ffunE li subrr.
by rewrite scaler_eq0 (negPf nz) orbF.
Qed.

(* So at most one in #|W| of all choices of weights hides it. *)
Theorem few_weights i : e i != 0 ->
  (#|[set w | weighted w == 0%R]| * #|W| <= #|{ffun I -> W}|)%N.
Proof.
move=> nz; set bad := [set w | _].
rewrite -[#|W|]cardsT -cardsX -(@card_in_imset _ _ (fun wu => reweighted wu.1 i wu.2)) ?max_card //.
move=> [w u] [w' u']; rewrite !inE /= !andbT => /eqP zero /eqP zero' same.
have uu : u = u' by have := congr1 (fun f : {ffun I -> W} => f i) same; rewrite !ffunE eqxx.
have off l : l != i -> w l = w' l.
  by move=> /negPf li; have := congr1 (fun f : {ffun I -> W} => f l) same; rewrite !ffunE li.
have w'w : w' = reweighted w i (w' i).
  by apply/ffunP => l; rewrite ffunE; case: eqP => [->|/eqP li] //; rewrite off.
rewrite uu; congr (_, _); rewrite w'w -[LHS](reweighted_own w i); congr (reweighted _ _ _).
by apply: (one_weight (w := w) nz); rewrite ?reweighted_own -?w'w.
Qed.
End Weights.
