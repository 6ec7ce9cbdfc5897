/** Patterns over lower-case text that decide polarity and certainty. All are used without global state. */

/** Denies what follows it in the clause. */
export const NEGATION_BEFORE =
  /\b(?:no|not|without|negative for|absence of|absent|free (?:of|from)|clear of|neither|nor|rather than|instead of|lack of|denies|never|rule[ds]? out|(?:interval )?resolution of|resolved|removal of|removed|clear(?:ed|ing)(?: of)?|disappearance of|history of)\b/

/** Denies what stands before it. */
export const NEGATION_AFTER =
  /\b(?:(?:not|no longer)(?: \w+ly)? (?:seen|present|identified|visuali[sz]ed|visible|evident|demonstrated|appreciated|noted|detected|apparent|found|observed)|(?:is|are|was|were) (?:absent|negative|excluded|ruled out|no longer)|(?:has|have)(?: \w+ly| now| since| also| both| all)*(?: been)? (?:resolved|cleared|disappeared|removed|ruled out|excluded)|resolved|cleared|been removed)\b/

/** Neither stated nor denied, whatever negation stands beside it. */
export const UNCERTAIN_FIRST =
  /\b(?:cannot|can not|can't|could not|not|difficult to|without)(?: be)?(?: \w+){0,2} (?:exclude[ds]?|excluding|rule[ds]? out|ruling out)\b|\bno evidence to rule out\b|\bnot (?:well|adequately|fully|optimally) (?:evaluated|assessed|visuali[sz]ed|seen|delineated)\b|\b(?:poorly|incompletely) (?:evaluated|assessed|visuali[sz]ed|seen|delineated)\b/

/** Doubts what follows it. */
export const UNCERTAIN_BEFORE =
  /\b(?:may|might|could|would|possible|possibly|possibility|probable|probably|likely|suspect\w*|suspicious|suspicion|presum\w+|question(?:able)?|concern\w*|worrisome|suggest\w*|versus|vs|favou?r\w*|consider|equivocal|perhaps|borderline|appears? to (?:be|represent)|if any|raises?|differential)\b/

/** Doubts what stands before it. */
export const UNCERTAIN_AFTER =
  /^(?:[^,;]*\b)?(?:(?:is|are|was|were|remains?|be|as) (?:also )?(?:an? |another )?(?:possible|possibility|suspected|questioned|questionable|likely|probable|consider(?:ed|ation)|equivocal|uncertain|considerations?|concern)|(?:would|could|may|might|should) be (?:a )?(?:consider\w*|possib\w*|present)|in the differential|versus|vs|correlate clinically|if any)\b/

/** The state of an anatomy is normal. */
export const NORMAL_STATE =
  /\b(?:normal|unremarkable|not (?:enlarged|widened|remarkable|abnormal|dilated|prominent|grossly enlarged|significantly enlarged)|non-?enlarged|within this|maintained|preserved|nondilated|without enlargement|no (?:evidence of )?(?:enlargement|widening))\b/
/** The state of an anatomy is abnormal. */
export const ABNORMAL_STATE =
  /\b(?:enlarg\w+|large|larger|widen\w*|prominen\w+|dilat\w+|big|increased|engorg\w+|congest\w*|indistinct\w*|abnormal\w*|globular)\b/
export const BORDERLINE_STATE = /\bborderline\b/
/** An anatomy is only compared with an earlier film. */
export const COMPARED_STATE = /\b(?:un-?changed|stable|similar|no (?:\w+ ){0,2}change|as before|remains?)\b/

/** Lung volumes: low, or normal. "Improved" volumes are no longer called low. */
export const LOW_VOLUMES = /\b(?:low|lower|reduced|decreased|diminished|small|poor|shallow|suboptimal)\b/
export const NORMAL_VOLUMES = /\b(?:normal|improved|increased|larger|adequate|full|preserved|better|higher|good|large|well)\b/

/** A clause ends here: nothing said before it reaches beyond. */
export const CLAUSE_BREAK = /[;:]|\b(?:but|however|although|though|except|other than|aside from|apart from|while|whereas)\b/g
