(* Proofs of knowledge of one logarithm and of all logarithms of a list (specification, 5.1, 5.2); the signature (5.3)
   has the equation of 5.1.

   F is the field of scalars, V the group, written as a module over F. That points are canonical and not the identity
   is checked before; the hypotheses "!= 0" say where it is needed. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Plebiscite Require Import Fields.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Knowledge.
Variables (F : fieldType) (V : lmodType F).
Implicit Types (B X A : V) (x w c z y : F).

(* 5.1 and 5.3: z B = A + c X. *)
Definition knowledge_equation B X A c z := z *: B = A + c *: X.

Theorem knowledge_complete B x w c : knowledge_equation B (x *: B) (w *: B) c (w + c * x).
Proof. by rewrite /knowledge_equation scalerDl scalerA. Qed.

(* Two answers to one A are the logarithm. *)
Theorem knowledge_special_sound B X A c c' z z' : c != c' ->
  knowledge_equation B X A c z -> knowledge_equation B X A c' z' -> X = ((z - z') / (c - c')) *: B.
Proof.
move=> cc e e'; have nz : c - c' != 0 by rewrite subr_eq0.
have eq : (z - z') *: B = (c - c') *: X by rewrite !scalerBl e e' opprD addrACA subrr add0r.
by rewrite mulrC -scalerA eq scalerA mulVf ?scale1r.
Qed.

(* The simulator answers first. *)
Definition knowledge_simulated B X c z : V * F := (z *: B - c *: X, z).
Definition knowledge_real B x c w : V * F := (w *: B, w + c * x).

Lemma knowledge_simulated_accepted B X c z :
  knowledge_equation B X (knowledge_simulated B X c z).1 c (knowledge_simulated B X c z).2.
Proof. by rewrite /knowledge_equation /= subrK. Qed.

(* For every challenge, nonces and answers correspond one to one, and what is sent is the same: equal distributions. *)
Theorem knowledge_zero_knowledge B x c :
  bijective (fun w => w + c * x) /\
  forall w, knowledge_real B x c w = knowledge_simulated B (x *: B) c (w + c * x).
Proof.
split; first by exists (fun z => z - c * x) => z; rewrite ?addrK ?subrK.
by move=> w; rewrite /knowledge_real /knowledge_simulated scalerDl scalerA addrK.
Qed.

(* Where the point is not hashed, it is chosen after the challenge, and nobody knows its logarithm: for any z and any
   A, of unknown logarithm too. *)
Lemma knowledge_forgery_point_not_hashed B A c z : c != 0 ->
  knowledge_equation B (c^-1 *: (z *: B - A)) A c z.
Proof. by move=> nz; rewrite /knowledge_equation scalerA divff // scale1r addrC subrK. Qed.

(* 5.2: z B = A + sum of y^(i+1) X_i. *)
Section List.
Variables (n : nat).
Implicit Types (Xs : 'I_n -> V) (xs : 'I_n -> F).
Definition list_equation B Xs A y z := z *: B = A + \sum_(i < n) y ^+ i.+1 *: Xs i.
Definition list_answer xs w y := w + \sum_(i < n) y ^+ i.+1 * xs i.

Theorem list_complete B xs w y :
  list_equation B (fun i => xs i *: B) (w *: B) y (list_answer xs w y).
Proof.
rewrite /list_equation scalerDl scaler_suml; congr (_ + _).
by apply: eq_bigr => i _; rewrite scalerA.
Qed.

(* n + 1 answers to one A, to different y, are all logarithms and the nonce; the extractor is linear in the answers. *)
Section Extraction.
Variables (ys zs : 'I_n.+1 -> F).
Hypothesis ys_inj : injective ys.
Definition extracted (o : nat) := \sum_l (lagrange_poly ys l)`_o * zs l.

Theorem list_special_sound B Xs A : (forall l, list_equation B Xs A (ys l) (zs l)) ->
  A = extracted 0 *: B /\ forall i, Xs i = extracted i.+1 *: B.
Proof.
move=> holds; pose Ds (m : 'I_n.+1) := if unlift ord0 m is Some i then Xs i else A.
have all l : zs l *: B = \sum_(m < n.+1) ys l ^+ m *: Ds m.
  rewrite big_ord_recl /Ds unlift_none expr0 scale1r holds; congr (_ + _).
  by apply: eq_bigr => i _; rewrite liftK.
have pick (m : 'I_n.+1) : Ds m = extracted m *: B.
  rewrite /extracted scaler_suml; under eq_bigr do rewrite -scalerA all scaler_sumr.
  rewrite exchange_big /= (bigD1 m) //= [X in _ + X]big1 ?addr0.
    under eq_bigr do rewrite scalerA.
    by rewrite -scaler_suml power_picked // eqxx scale1r.
  move=> l lm; under eq_bigr do rewrite scalerA.
  by rewrite -scaler_suml power_picked // (_ : (l == m :> nat) = false) ?scale0r //; apply/negbTE.
split; first by rewrite -(pick ord0) /Ds unlift_none.
by move=> i; rewrite -(pick (lift ord0 i)) /Ds liftK.
Qed.
End Extraction.

(* With a point outside the multiples of B in the list, at most n challenges have an answer. *)
Corollary list_answerable_challenges B Xs A (ys : seq F) : uniq ys ->
  (forall y, y \in ys -> exists z, list_equation B Xs A y z) ->
  (exists i, forall x, Xs i <> x *: B) -> (size ys <= n)%N.
Proof.
move=> uniq_ys answered [i none]; rewrite leqNgt; apply/negP => long.
pose y (l : 'I_n.+1) := nth 0 ys l.
have inside (l : 'I_n.+1) : (l < size ys)%N by apply: leq_trans (ltn_ord l) long.
have y_inj : injective y.
  by move=> l l' /eqP; rewrite nth_uniq // => /eqP /val_inj.
have /fin_all_exists [z holds] (l : 'I_n.+1) : exists z, list_equation B Xs A (y l) z.
  by apply: answered; rewrite mem_nth.
by have [_ /(_ i)] := list_special_sound y_inj holds; apply: none.
Qed.

Definition list_simulated B Xs y z : V * F := (z *: B - \sum_(i < n) y ^+ i.+1 *: Xs i, z).
Definition list_real B xs y w : V * F := (w *: B, list_answer xs w y).

Lemma list_simulated_accepted B Xs y z :
  list_equation B Xs (list_simulated B Xs y z).1 y (list_simulated B Xs y z).2.
Proof. by rewrite /list_equation /= subrK. Qed.

Theorem list_zero_knowledge B xs y :
  bijective (fun w => list_answer xs w y) /\
  forall w, list_real B xs y w = list_simulated B (fun i => xs i *: B) y (list_answer xs w y).
Proof.
split; first by exists (fun z => z - \sum_(i < n) y ^+ i.+1 * xs i) => z; rewrite /list_answer ?addrK ?subrK.
move=> w; rewrite /list_real /list_simulated; congr (_, _).
by rewrite (list_complete B xs w y) addrK.
Qed.
End List.
End Knowledge.
