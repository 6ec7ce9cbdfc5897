import { describe, expect, it } from 'vitest'
import { extractFindings } from '../../../../src/compute/report/findings.ts'
import { shorthand } from './shorthand.ts'

const findings = (text: string): string[] => extractFindings(text).map(shorthand)

describe('extractFindings', () => {
  describe('says what is stated and what is denied', () => {
    it.each<[string, string[]]>([
      ['The heart size is normal.', ['-cardiomegaly']],
      ['The heart is not enlarged.', ['-cardiomegaly']],
      ['Heart size is at the upper limits of normal.', ['-cardiomegaly']],
      ['The cardiac silhouette is mildly enlarged.', ['+cardiomegaly mild']],
      ['Stable enlarged cardiomediastinal silhouette.', ['+enlarged-cardiomediastinum unchanged']],
      ['Cardiac and mediastinal contours are within normal limits.', ['-cardiomegaly', '-enlarged-cardiomediastinum']],
      ['Heart size, mediastinal contour, and pulmonary vascularity are within normal limits.',
        ['-cardiomegaly', '-enlarged-cardiomediastinum', '-edema']],
      ['No focal consolidation, pleural effusion, or pneumothorax.', ['-consolidation', '-pleural-effusion', '-pneumothorax']],
      ['No focal consolidation, suspicious pulmonary opacity, large pleural effusion, or pneumothorax is identified.',
        ['-consolidation', '-lung-opacity', '-pleural-effusion large', '-pneumothorax']],
      ['No pneumonia, effusions, edema, pneumothorax, adenopathy, nodules or masses.',
        ['-pneumonia', '-pleural-effusion', '-edema', '-pneumothorax', '-lung-lesion']],
      ['Cardiomegaly without overt edema.', ['+cardiomegaly', '-edema']],
      ['Negative for pneumothorax or pleural effusion.', ['-pneumothorax', '-pleural-effusion']],
      ['Pneumothorax is not seen.', ['-pneumothorax']],
      ['The lungs are free of focal airspace disease.', ['-lung-opacity']],
      ['There is no evidence of pneumothorax, but a small left effusion persists.',
        ['-pneumothorax', '+pleural-effusion small left unchanged']],
      ['No pneumothorax, small left effusion.', ['-pneumothorax', '+pleural-effusion small left']],
      ['There is no pneumothorax and the heart is enlarged.', ['-pneumothorax', '+cardiomegaly']],
      ['There are no airspace opacities to suggest pneumonia.', ['-lung-opacity', '-pneumonia']],
      ['Lungs are hyperexpanded but clear.', []],
      ['Pericardial effusion is possible.', []],
      ['Calcified nodule in the left apex.', []],
    ])('%s', (text, wanted) => {
      expect(findings(text)).toEqual(wanted)
    })
  })

  describe('says what is left open', () => {
    it.each<[string, string[]]>([
      ['Pneumonia cannot be excluded.', ['+?pneumonia']],
      ['Question small right pleural effusion.', ['+?pleural-effusion small right']],
      ['Opacity in the left base may represent pneumonia.', ['+lung-opacity left base', '+?pneumonia left base']],
      ['Minimal patchy airspace disease within the lingula, may reflect atelectasis or consolidation.',
        ['+lung-opacity minimal left mid', '+?atelectasis left mid', '+?consolidation left mid']],
      ['Bibasilar atelectasis or infiltrate.', ['+?atelectasis bilateral base', '+?lung-opacity bilateral base']],
      ['Borderline heart size.', ['+?cardiomegaly']],
      ['No new consolidation.', ['-?consolidation new']],
      ['Cardiomediastinal and hilar silhouettes are unchanged.', ['-?enlarged-cardiomediastinum unchanged']],
      ['Atypical infection is another consideration.', ['+?pneumonia']],
      ['Small right pleural effusion versus thickening.', ['+?pleural-effusion small right', '+?pleural-other right']],
      ['Consolidation concerning for pneumonia.', ['+consolidation', '+?pneumonia']],
      ['Pulmonary vascular congestion.', ['+?edema']],
      ['Mild pulmonary vascular congestion and interstitial edema.', ['+edema mild']],
      ['Small left effusion is likely unchanged.', ['+pleural-effusion small left unchanged']],
    ])('%s', (text, wanted) => {
      expect(findings(text)).toEqual(wanted)
    })
  })

  describe('reads size, side and place', () => {
    it.each<[string, string[]]>([
      ['Small left and moderate right pleural effusions.',
        ['+pleural-effusion small left', '+pleural-effusion moderate right']],
      ['Cardiomegaly with small left and large right pleural effusions.',
        ['+cardiomegaly', '+pleural-effusion small left', '+pleural-effusion large right']],
      ['Bilateral pleural effusions, small on the left and moderate on the right.',
        ['+pleural-effusion small left', '+pleural-effusion moderate right']],
      ['Bilateral pleural effusions, left greater than right.', ['+pleural-effusion bilateral']],
      ['Trace bilateral pleural effusions.', ['+pleural-effusion minimal bilateral']],
      ['Massive right pleural effusion.', ['+pleural-effusion severe right']],
      ['A tiny apical pneumothorax on the left.', ['+pneumothorax small left apical']],
      ['Small to moderate sized right apical pneumothorax.', ['+pneumothorax moderate right apical']],
      ['A left pleural effusion is small.', ['+pleural-effusion small left']],
      ['Bibasilar atelectasis.', ['+atelectasis bilateral base']],
      ['Small left pleural effusion with adjacent atelectasis.', ['+pleural-effusion small left', '+atelectasis left']],
      ['Left-sided pacemaker with lead in the right ventricle.', ['+pacemaker left @right-ventricle']],
      ['Retrocardiac opacity.', ['+lung-opacity retrocardiac']],
      ['Diffuse bilateral interstitial opacities.', ['+lung-opacity bilateral diffuse']],
      ['Right middle lobe consolidation.', ['+consolidation right mid']],
      ['Left upper lobe nodule.', ['+lung-lesion left upper']],
      ['Left upper lobe mass measuring 3 x 4.5 cm.', ['+lung-lesion left upper 45mm']],
      ['Patchy opacities in both lung bases, worse on the right.', ['+lung-opacity bilateral base']],
      ['Mild bilateral apical pleural thickening.', ['+pleural-other mild bilateral apical']],
      ['Possible nondisplaced fracture of the right seventh rib.', ['+?fracture right']],
      ['The mediastinum is markedly widened.', ['+enlarged-cardiomediastinum severe']],
    ])('%s', (text, wanted) => {
      expect(findings(text)).toEqual(wanted)
    })
  })

  describe('reads change since the prior', () => {
    it.each<[string, string[]]>([
      ['New small left pleural effusion.', ['+pleural-effusion small left new']],
      ['Moderate cardiomegaly has increased.', ['+cardiomegaly moderate increased']],
      ['Right pneumothorax is slightly larger.', ['+pneumothorax right increased']],
      ['Pulmonary edema has markedly improved.', ['+edema decreased']],
      ['The right pleural effusion has resolved.', ['-pleural-effusion right resolved']],
      ['Near complete resolution of right apical pneumothorax.', ['+pneumothorax right apical decreased']],
      ['No significant change in the small left pleural effusion.', ['+pleural-effusion small left unchanged']],
      ['Small right pleural effusion and left basilar atelectasis are unchanged.',
        ['+pleural-effusion small right unchanged', '+atelectasis left base unchanged']],
      ['Lung volumes are unchanged.', []],
      ['Lung volumes remain low.', ['+low-lung-volumes unchanged']],
      ['Right pneumothorax, decreased from 2 cm to 1 cm.', ['+pneumothorax right decreased 10mm']],
      ['Nodular opacity in the right upper lobe has grown.', ['+lung-lesion right upper increased']],
      ['Fracture of the left clavicle, unchanged.', ['+fracture left unchanged']],
      ['Compared with the prior study, lung volumes are lower.', ['+low-lung-volumes increased']],
      ['Consolidation and atelectasis in the left lower lobe have cleared.',
        ['-consolidation left lower resolved', '-atelectasis left lower resolved']],
      ['The endotracheal tube has been removed.', ['-endotracheal-tube resolved']],
    ])('%s', (text, wanted) => {
      expect(findings(text)).toEqual(wanted)
    })
  })

  describe('tells devices apart', () => {
    it.each<[string, string[]]>([
      ['ETT and NG tube in place.', ['+endotracheal-tube', '+enteric-tube']],
      ['Endotracheal tube, enteric tube, and right internal jugular line are unchanged in position.',
        ['+endotracheal-tube unchanged', '+enteric-tube unchanged', '+central-line right unchanged']],
      ['Right PICC line tip in the right atrium.', ['+central-line right @right-atrium']],
      ['Left pigtail catheter in place.', ['+chest-tube left']],
      ['Dual-lead AICD with leads in the right atrium and right ventricle.', ['+pacemaker @right-ventricle']],
      ['Status post median sternotomy.', ['+sternotomy-wires']],
      ['Tracheostomy tube tip above the carina.', ['+other-device @above-carina']],
      ['The endotracheal tube has been advanced and now terminates 2 cm above the carina.',
        ['+endotracheal-tube @above-carina 20mm']],
      ['NG tube courses below the diaphragm, tip not seen.', ['+enteric-tube @below-diaphragm']],
      ['Enteric tube tip in the stomach, side port at the gastroesophageal junction.', ['+enteric-tube @stomach']],
      ['Right-sided port terminates at the cavoatrial junction.', ['+central-line right @cavoatrial-junction']],
      ['Swan-Ganz catheter tip in the right pulmonary artery.', ['+central-line @pulmonary-artery']],
      ['Intra-aortic balloon pump tip 3 cm below the aortic arch.', ['+other-device @aorta 30mm']],
      ['New left chest tube at the apex.', ['+chest-tube left apical new']],
      ['Right basilar pigtail catheter has been removed.', ['-chest-tube right base resolved']],
      ['Possible new right PICC.', ['+?central-line right new']],
    ])('%s', (text, wanted) => {
      expect(findings(text)).toEqual(wanted)
    })
  })

  it('gives the words that name a finding and the sentence they stand in', () => {
    const text = '1. Heart is normal.\n2. Small left pleural effusion.'
    const [heart, effusion] = extractFindings(text)
    expect(heart && text.slice(heart.span.start, heart.span.end)).toBe('Heart')
    expect(effusion && text.slice(effusion.span.start, effusion.span.end)).toBe('pleural effusion')
    expect(effusion?.sentence).toBe(1)
    expect(effusion && text.slice(effusion.sentenceSpan.start, effusion.sentenceSpan.end)).toBe('Small left pleural effusion.')
  })

  it('keeps advice on further imaging out of the findings', () => {
    expect(findings('Consider oblique images to exclude a nodule.')).toEqual([])
    expect(findings('If there is concern for fracture, dedicated rib views are advised.')).toEqual([])
  })
})
