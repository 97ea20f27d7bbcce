(* Equal logarithms (specification, 5.4), and the trustees' proof over all factors at once, with its exact batching
   (specification, 10.4 and 10.5).

   F is the field of scalars, V the group, written as a module over F. Nobody knows a logarithm between a trustee's
   G and a sum R, but no theorem here needs that: all of them are about every bases. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Plebiscite Require Import Fields Weights Knowledge.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Dleq.
Variables (F : fieldType) (V : lmodType F).
Implicit Types (B C X Y U : V) (x w c s : F).

(* 5.4: s B = U + c X and s C = W + c Y. The specification's V is W here, since V is the group. *)
Definition dleq_equations B C X Y U W c s := s *: B = U + c *: X /\ s *: C = W + c *: Y.

(* All that a verifier checks: no point of the statement or the commitments is the identity. *)
Definition dleq_accepts B C X Y U W c s :=
  [/\ X != 0, Y != 0, U != 0, W != 0 & dleq_equations B C X Y U W c s].

Lemma dleq_equations_complete B C x w c :
  dleq_equations B C (x *: B) (x *: C) (w *: B) (w *: C) c (w + c * x).
Proof. by split; apply: knowledge_complete. Qed.

Theorem dleq_complete B C x w c : B != 0 -> C != 0 -> x != 0 -> w != 0 ->
  dleq_accepts B C (x *: B) (x *: C) (w *: B) (w *: C) c (w + c * x).
Proof.
move=> nB nC nx nw; split; rewrite ?scaler_eq0 ?negb_or ?nB ?nC ?nx ?nw //.
exact: dleq_equations_complete.
Qed.

(* Two answers to one pair U, W: one logarithm for both. *)
Theorem dleq_special_sound B C X Y U W c c' s s' : c != c' ->
  dleq_equations B C X Y U W c s -> dleq_equations B C X Y U W c' s' ->
  let x := (s - s') / (c - c') in X = x *: B /\ Y = x *: C.
Proof. by move=> cc [e1 e2] [e1' e2']; split; apply: knowledge_special_sound cc _ _; eassumption. Qed.

(* A false statement has an answer to one challenge at most. *)
Corollary dleq_one_challenge B C X Y U W c c' s s' : (forall x, ~ (X = x *: B /\ Y = x *: C)) ->
  dleq_equations B C X Y U W c s -> dleq_equations B C X Y U W c' s' -> c = c'.
Proof.
move=> no e e'; apply/eqP; apply: contraT => cc.
by case: (no ((s - s') / (c - c'))); apply: dleq_special_sound cc e e'.
Qed.

Definition dleq_real B C x c w : V * V * F := (w *: B, w *: C, w + c * x).
Definition dleq_simulated B C X Y c s : V * V * F := (s *: B - c *: X, s *: C - c *: Y, s).

Lemma dleq_simulated_holds B C X Y c s : let: (U, W, s') := dleq_simulated B C X Y c s in
  dleq_equations B C X Y U W c s'.
Proof. by split; rewrite subrK. Qed.

(* For every challenge, nonces and answers correspond one to one, and what is sent is the same. *)
Theorem dleq_zero_knowledge B C x c :
  bijective (fun w => w + c * x) /\
  forall w, dleq_real B C x c w = dleq_simulated B C (x *: B) (x *: C) c (w + c * x).
Proof.
split; first by case: (knowledge_zero_knowledge B x c).
by move=> w; rewrite /dleq_real /dleq_simulated !scalerDl !scalerA !addrK.
Qed.

(* Where Y is not hashed, it is chosen after the challenge: an accepted proof of a false factor. *)
Lemma dleq_forgery_factor_not_hashed B C x w v c : c != 0 ->
  let s := w + c * x in let Y := ((s - v) / c) *: C in
  dleq_equations B C (x *: B) Y (w *: B) (v *: C) c s /\ (C != 0 -> v != w -> Y != x *: C).
Proof.
move=> nc /=; split.
  split; first exact: knowledge_complete.
  by rewrite scalerA mulrCA divff // mulr1 -scalerDl addrCA subrr addr0.
move=> nC vw; apply/negP => /eqP /eqP; rewrite -subr_eq0 -scalerBl scaler_eq0 (negPf nC) orbF subr_eq0.
move=> /eqP e; have: w + c * x - v = c * x by rewrite -[in RHS]e mulrCA divff // mulr1.
by rewrite addrAC -[RHS]add0r => /addIr /eqP; rewrite subr_eq0 eq_sym (negPf vw).
Qed.
End Dleq.

(* Equal distributions as counts, over a finite field: every transcript is made by as many nonces as answers. What
   more is asked of a transcript (that U and W are not the identity) is asked of both sides alike. *)
Lemma dleq_equal_counts (F : finFieldType) (V : lmodType F) (B C : V) (x c : F) (sent : V * V * F) :
  #|[set w | dleq_real B C x c w == sent]| =
  #|[set s | dleq_simulated B C (x *: B) (x *: C) c s == sent]|.
Proof.
have [bij same] := dleq_zero_knowledge B C x c.
rewrite -(card_imset _ (bij_inj bij)); apply: eq_card => s; rewrite [RHS]inE.
apply/imsetP/idP => [[w]|hit]; first by rewrite inE same => hit ->.
by case: bij => f _ cancel; exists (f s); rewrite ?inE ?same cancel.
Qed.

(* The trustees' proof (10.4). One trustee: keys o, cells g, its sums, its factors, its verification keys. *)
Section Factors.
Variables (F : fieldType) (V : lmodType F).
Variables (cells keys : nat).
Variables (G : V) (R : 'I_cells -> 'I_keys -> V).
Implicit Types (D : 'I_cells -> 'I_keys -> V) (Y U : 'I_keys -> V) (z w s : 'I_keys -> F).
Implicit Types (eps : 'I_cells -> 'I_keys -> F) (e : F).

(* Which keys have a sum left, and the cells that enter. *)
Definition sum_left o := [exists g, R g o != 0].
Definition M eps o := \sum_(g | R g o != 0) eps g o *: R g o.
Definition N D eps o := \sum_(g | R g o != 0) eps g o *: D g o.

(* 10.5: the identity exactly where the sum is; then, for each key with a sum left, both equations, and no identity. *)
Definition identities_fit D := forall g o, (D g o == 0) = (R g o == 0).
Definition key_equation Y U s e o := s o *: G = U o + e *: Y o.
Definition factor_equation D eps (W : 'I_keys -> V) s e o := s o *: M eps o = W o + e *: N D eps o.
Definition factors_equations D Y eps U W s e := forall o, sum_left o ->
  key_equation Y U s e o /\ factor_equation D eps W s e o.
Definition factors_accepted D Y eps U W s e :=
  [/\ identities_fit D, forall o, sum_left o -> U o != 0 /\ W o != 0 & factors_equations D Y eps U W s e].

(* The letter of the protocol. *)
Definition factors_of z g o := z o *: R g o.
Definition keys_of z o : V := z o *: G.
Definition nonces_of w o : V := w o *: G.
Definition combined_nonces eps w o := w o *: M eps o.
Definition answers_of z w e o := w o + e * z o.

Lemma N_of z eps o : N (factors_of z) eps o = z o *: M eps o.
Proof.
rewrite /N /M scaler_sumr; apply: eq_bigr => g _.
by rewrite /factors_of !scalerA mulrC.
Qed.

(* Refused by bad luck only: a share, a nonce or a weighted sum that is zero. *)
Theorem factors_complete z w eps e : G != 0 -> (forall o, z o != 0) -> (forall o, w o != 0) ->
  (forall o, sum_left o -> M eps o != 0) ->
  factors_accepted (factors_of z) (keys_of z) eps (nonces_of w) (combined_nonces eps w) (answers_of z w e) e.
Proof.
move=> nG nz nw nM; split.
- by move=> g o; rewrite /factors_of scaler_eq0 (negPf (nz o)).
- by move=> o left; rewrite /nonces_of /combined_nonces !scaler_eq0 !negb_or nw nG nM.
- move=> o _; split; first exact: knowledge_complete.
  by rewrite /factor_equation N_of; apply: knowledge_complete.
Qed.

(* Two answers, to two challenges over all keys, of one first message: every key with a sum left has one logarithm, of
   its verification key and of its weighted factors. *)
Theorem factors_special_sound D Y eps U W e e' s s' : e != e' ->
  factors_equations D Y eps U W s e -> factors_equations D Y eps U W s' e' ->
  forall o, sum_left o -> let z := (s o - s' o) / (e - e') in Y o = z *: G /\ N D eps o = z *: M eps o.
Proof.
move=> ee acc acc' o left; have [k f] := acc o left; have [k' f'] := acc' o left.
exact: (@dleq_special_sound _ _ G (M eps o) (Y o) (N D eps o) (U o) (W o)).
Qed.

(* How far a factor is from the true one. *)
Definition error D z g o := D g o - z o *: R g o.

Lemma N_error D z eps o : N D eps o = z o *: M eps o <-> \sum_(g | R g o != 0) eps g o *: error D z g o = 0.
Proof.
rewrite /N /M scaler_sumr.
have -> : \sum_(g | R g o != 0) eps g o *: error D z g o =
  (\sum_(g | R g o != 0) eps g o *: D g o) - \sum_(g | R g o != 0) z o *: (eps g o *: R g o).
  rewrite -sumrB; apply: eq_bigr => g _.
  by rewrite /error scalerBr !scalerA mulrC.
by split => [->|/eqP]; [rewrite subrr | rewrite subr_eq0 => /eqP].
Qed.

(* Weights that are known before the factors: votes move between cells. Any errors that cancel under them pass. *)
Theorem forgery_weights_before_factors z w eps e (delta : 'I_cells -> V) o :
  \sum_(g | R g o != 0) eps g o *: delta g = 0 ->
  let D g o' := z o' *: R g o' + (if o' == o then delta g else 0) in
  factors_equations D (keys_of z) eps (nonces_of w) (combined_nonces eps w) (answers_of z w e) e.
Proof.
move=> cancel D o' _; split; first exact: knowledge_complete.
suff equal : N D eps o' = z o' *: M eps o' by rewrite /factor_equation equal; apply: knowledge_complete.
apply/N_error; rewrite -[RHS](if_same (o' == o)); case: eqP => [->|/eqP ne].
  by rewrite -[RHS]cancel; apply: eq_bigr => g _; rewrite /error /D eqxx addrC addKr.
by rewrite big1 // => g _; rewrite /error /D (negPf ne) addr0 subrr scaler0.
Qed.

(* One response for the sum of a contest's keys: votes move between options. All keys have the contest's one sum Rc g in
   each cell, a cell has one weight; what is checked is only  s G = U + e sum Y_o  and  s M = W + e sum N_o. *)
Theorem forgery_one_response (Rc : 'I_cells -> V) z (w e : F) (eps : 'I_cells -> F) (delta : 'I_cells -> 'I_keys -> V) :
  (forall g, \sum_o delta g o = 0) ->
  let D g o := z o *: Rc g + delta g o in
  let M := \sum_g eps g *: Rc g in
  let s := w + e * \sum_o z o in
  dleq_equations G M (\sum_o z o *: G) (\sum_g eps g *: (\sum_o D g o)) (w *: G) (w *: M) e s.
Proof.
move=> cancel D M s; rewrite -scaler_suml.
have -> : \sum_g eps g *: (\sum_o D g o) = (\sum_o z o) *: M.
  rewrite scaler_sumr; apply: eq_bigr => g _.
  by rewrite big_split /= cancel addr0 -scaler_suml !scalerA mulrC.
exact: dleq_equations_complete.
Qed.
End Factors.

(* The chance of the batching, by counting: weights are drawn after all factors and keys are fixed. *)
Section FactorWeights.
Variables (F : finFieldType) (V : lmodType F) (cells keys : nat).
Variables (G : V) (R D : 'I_cells -> 'I_keys -> V) (z : 'I_keys -> F).
Hypothesis G_nonzero : G != 0.
Implicit Types (weights : {ffun 'I_cells * 'I_keys -> F}).

Definition weights_of weights g o := weights (g, o).
(* The weighted factors of key o are z_o times its weighted sums. *)
Definition passes o weights := N R D (weights_of weights) o == z o *: M R (weights_of weights) o.
(* A factor of key o, over a sum that is not the identity, against the share z_o. *)
Definition false_factor g o := (R g o != 0) && (D g o != z o *: R g o).

(* The errors of key o alone, over all cells and keys. *)
Definition key_errors o (go : 'I_cells * 'I_keys) :=
  if (go.2 == o) && (R go.1 o != 0) then error R D z go.1 o else 0.

Lemma passes_weighted o weights : passes o weights = (weighted id (key_errors o) weights == 0).
Proof.
rewrite /weighted; have -> : \sum_go id (weights go) *: key_errors o go =
    \sum_(g | R g o != 0) weights_of weights g o *: error R D z g o.
  transitivity (\sum_g \sum_o' weights (g, o') *: key_errors o (g, o')).
    by rewrite pair_bigA; apply: eq_bigr => -[g o'] _.
  rewrite [RHS]big_mkcond; apply: eq_bigr => g _; rewrite (bigD1 o) //= big1 ?addr0.
    by rewrite /key_errors eqxx /=; case: ifP; rewrite ?scaler0.
  by move=> o' /negPf ne; rewrite /key_errors ne scaler0.
by apply/eqP/eqP => /N_error.
Qed.

(* One weight, the others as they are: one value at most lets a false factor pass. *)
Theorem factors_one_weight weights g o u u' : false_factor g o ->
  passes o (reweighted weights (g, o) u) -> passes o (reweighted weights (g, o) u') -> u = u'.
Proof.
case/andP => nR; rewrite -subr_eq0 => nD; rewrite !passes_weighted => /eqP p /eqP p'.
by apply: (one_weight (scalar := id) _ _ p p') => //; rewrite /key_errors eqxx nR.
Qed.

(* One in #|F| of all weights lets it pass. *)
Theorem factors_few_weights g o : false_factor g o ->
  (#|[set weights | passes o weights]| * #|F| <= #|{ffun 'I_cells * 'I_keys -> F}|)%N.
Proof.
case/andP => nR; rewrite -subr_eq0 => nD.
under eq_finset do rewrite passes_weighted.
by apply: (@few_weights _ _ _ id _ _ _ (g, o)) => //; rewrite /key_errors eqxx nR.
Qed.

(* Outside of those weights, nobody answers two challenges: a false factor is answered for one challenge at most,
   whatever the first message is. *)
Theorem factors_sound g o : false_factor g o ->
  exists bad : {set {ffun 'I_cells * 'I_keys -> F}},
    (#|bad| * #|F| <= #|{ffun 'I_cells * 'I_keys -> F}|)%N /\
    forall weights, weights \notin bad -> forall U W e e' s s',
      let answered := factors_equations G R D (keys_of G z) (weights_of weights) U W in
      answered s e -> answered s' e' -> e = e'.
Proof.
move=> lie; exists [set weights | passes o weights]; split; first exact: factors_few_weights lie.
move=> weights; rewrite inE => /negP caught U W e e' s s' /= acc acc'; apply/eqP; apply: contraT => ee.
have left : sum_left R o by apply/existsP; exists g; case/andP: lie.
have [Yz Nz] := factors_special_sound ee acc acc' left; case: caught.
rewrite /passes Nz; suff -> : z o = (s o - s' o) / (e - e') by [].
apply/eqP; rewrite -subr_eq0; have: (z o - (s o - s' o) / (e - e')) *: G == 0.
  by rewrite scalerBl -Yz subrr.
by rewrite scaler_eq0 (negPf G_nonzero) orbF.
Qed.
End FactorWeights.
