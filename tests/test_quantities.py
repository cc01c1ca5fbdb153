"""Quantities of marked-up sentences; the marks are explained in `marked_quantities`."""

from __future__ import annotations

import pytest
from marked_quantities import check, document_of, find, read_marks

from pipeline.quantities import extract
from pipeline.quantities.flat import flatten
from pipeline.records import Finding, Role, Section

COUNTS = (
    "镇纪委全年开展廉政家访⟦36次|count|36|次|item:廉政家访⟧，受教育干部⟦约1.2万人次|count|12000|人次|~⟧。",
    "会上⟦一名|count|1|名⟧代表提问，县里的⟦一名|count|1|名⟧干部作答。",
    "⟦3名|count|3|名|item:党员⟧党员被诫勉，⟦一名|count|1|名|item:干部⟧干部受到警告处分。",
    "发现⟦一条|count|1|条⟧线索，立案⟦一起|count|1|起⟧案件。",
    "印发制度汇编⟦1,236册|count|1236|册|item:制度汇编⟧，其中乡镇⟦460册|count|460|册⟧。",
    "慰问困难职工⟦三十余户|count|30|户|~|item:困难职工⟧，送去慰问品⟦两百多份|count|200|份|~⟧。",
    "清理工作群⟦百余个|count|100|个|~|item:工作群⟧。",
    "参训人员⟦近两千三百人|count|2300|人|~⟧，⟦不少于20人|count|20|人|>=⟧为新任职干部。",
    "排查隐患⟦10至15处|count|10|处|max:15⟧，多为消防通道堵塞。",
    "抽查台账⟦七八本|count|7|本|max:8|~⟧，签字不全。",
    "下发提醒函⟦3|count|3|件⟧、⟦5件|count|5|件⟧，收到回函⟦２件|count|2|件⟧。",
    "办理市民来电 ⟦1 200余 件|count|1200|件|~⟧。",
    "观看警示片⟦万余人次|count|10000|人次|~⟧。",
    "现场会参加者⟦近万人|count|10000|人|~⟧，⟦超千家|count|1000|家|>⟧商户响应。",
    "配备垃圾桶⟦20组|count|20|组⟧、路灯⟦150盏|count|150|盏⟧、健身器材⟦12套|count|12|套⟧。",
    "栽植苗木⟦4.5万株|count|45000|株|item:苗木⟧，出栏生猪⟦1800头|count|1800|头⟧。",
    "惠及⟦80余万|count|800000||~⟧困难群众。",
    "涉及⟦近3万|count|30000||~⟧低保人员。",
    "受过⟦两次|count|2|次⟧处分，最早一笔未还，规模过⟦百亿元|money|10000000000|元|>=⟧。",
    "返工率较上季度下降⟦8.4个百分点|percent|8.4|个百分点|note:decrease|item:返工率⟧。",
    "涉及⟦8县|count|8|县⟧⟦21镇|count|21|镇⟧，撤并机构⟦5家|count|5|家|item:机构⟧。",
    "⟦12家|count|12|家|item:电力企业⟧电力企业参加，⟦2个|count|2|个⟧项目延期。",
    "发展预备党员⟦1名|count|1|名|item:预备党员⟧，按期转正⟦两名|count|2|名|item:按期转正⟧。",
    "全年实现“⟦零|count|0|⟧上访”。",
    "至少走访⟦两次以上|count|2|次|>=⟧。",
    "吞吐量⟦329万标准箱|count|3290000|标准箱|item:吞吐量⟧。",
    "课堂讲授⟦四节|count|4|节⟧，专题辅导⟦2课时|duration|2|课时⟧。",
    "考核得⟦92.5分|count|92.5|分⟧。",
    "全县现有股级干部⟦128人|count|128|人|item:股级干部⟧。",
    "扣押轿车⟦一辆|count|1|辆⟧、手机⟦2部|count|2|部⟧。",
)
MONEY = (
    "牵涉款项⟦6.47万元|money|64700|元|item:款项⟧。",
    "多报差旅费⟦3860.5元|money|3860.5|元⟧，退缴⟦￥3860.50元|money|3860.5|元⟧。",
    "挂账⟦11万余元|money|110000|元|~⟧，另有⟦300余万元|money|3000000|元|~⟧未核销。",
    "投入资金⟦1亿3000万元|money|130000000|元|item:投入资金⟧。",
    "永和街农贸市场营业额突破⟦百亿元|money|10000000000|元|>=⟧。",
    "补助标准为⟦615元/月|money|615|元/月⟧。",
    "引进外资⟦50亿美元|money|5000000000|美元⟧。",
    "罚没款⟦贰拾叁万肆仟伍佰元整|money|234500|元⟧。",
    "合同价⟦3—5万元|money|30000|元|max:50000⟧，不得拆分。",
    "报销⟦五十元六角|money|50.6|元⟧也要附清单。",
    "⟦不足三千元|money|3000|元|<⟧的零星采购未入账。",
    "工业产值迈上⟦万亿|money|1000000000000|元|>=⟧新台阶。",
    "人均奖励⟦两千元左右|money|2000|元|~⟧。",
    "共收缴⟦12.6|money|126000|元⟧、⟦8.4万元|money|84000|元⟧⟦两笔|count|2|笔⟧。",
    "预算由⟦900万元|money|9000000|元⟧调整为⟦1,150万元|money|11500000|元⟧。",
)
SHARES = (
    "完成率达到⟦95%以上|percent|95|%|>=|item:完成率⟧，合格率⟦百分之九十八点五|percent|98.5|%⟧。",
    "会议费下降⟦18.5％|percent|18.5|%|note:decrease|item:会议费⟧，高于上年⟦3.2个百分点|percent|3.2|个百分点|item:会议费⟧。",
    "税收、就业分别高于全市⟦1.4个|percent|1.4|个百分点|item:税收⟧和⟦0.6个百分点|percent|0.6|个百分点|item:就业⟧。",
    "到课率⟦不足六成|ratio|0.6||<⟧，⟦三分之二以上|ratio|0.6666666666667||>=⟧的支部没有记录。",
    "人均产量翻了几年，总产值⟦翻一番|ratio|2|倍⟧，是上年的⟦1.5倍|ratio|1.5|倍⟧。",
    "⟦近半数|ratio|0.5||~⟧村干部年龄偏大。",
    "自筹比例为⟦1/3|ratio|0.3333333333333|⟧，收入比缩小至⟦2.31:1|ratio|2.31|⟧。",
    "控制在⟦3%以内|percent|3|%|<=⟧，力争⟦5—8%|percent|5|%|max:8⟧。",
    "自然增长率⟦1.8‰|percent|1.8|‰⟧。",
    "占比⟦80%左右|percent|80|%|~⟧，⟦超20%|percent|20|%|>⟧来自镇区。",
    "亏损率为⟦-3.2%|percent|-3.2|%⟧。",
    "使用率下降⟦7.5个百分点|percent|7.5|个百分点|note:decrease⟧，降至⟦41%|percent|41|%⟧。",
)
DURATIONS = (
    "备用金挂账⟦4年以上|duration|4|年|>=|item:备用金挂账⟧未核销。",
    "逾期⟦两个半月|duration|2.5|个月⟧，最长⟦一年半|duration|1.5|年⟧。",
    "应在⟦15个工作日内|duration|15|个工作日|<=⟧办结，实际用时⟦近三个月|duration|3|个月|~⟧。",
    "学习⟦不少于40学时|duration|40|学时|>=⟧，⟦半年|duration|0.5|年⟧未开会。",
    "工期⟦3年零2个月|duration|38|个月⟧，已停工⟦8天20小时|duration|212|小时⟧。",
    "⟦3—5天|duration|3|天|max:5⟧办结，⟦24小时内|duration|24|小时|<=⟧报告。",
    "平均年龄⟦51岁|duration|51|岁⟧，公示⟦60日|duration|60|日⟧。",
    "连续⟦两年|duration|2|年⟧未换届，建院⟦30周年|duration|30|周年⟧。",
    "等了⟦两个多小时|duration|2|个小时|~⟧。",
)
DATES = (
    "⟦截至2019年底|date|2019-12-31|⟧仍未入账。",
    "⟦2022年4月6日至6月30日|period|2022-04-06||max:2022-06-30|from:2022-04-06|to:2022-06-30⟧，巡察组进驻。",
    "⟦2018-2022年间|period|2018||max:2022|from:2018-01-01|to:2022-12-31⟧共换人⟦4次|count|4|次⟧。",
    "⟦2025年以来|period|2025||from:2025-01-01⟧，⟦近三年|period||⟧的账目均已复核。",
    "⟦2025年度|date|2025|⟧预算于⟦2025年3月|date|2025-03|⟧批复。",
    "⟦二〇二四年十一月三日|date|2024-11-03|⟧印发。",
    "⟦5月8日|date|--05-08|⟧召开专题会。",
    "⟦2019|date|2019|⟧、⟦2020年度|date|2020|⟧决算差错较多。",
    "⟦1-11月|period|--01||max:--11⟧支出偏慢。",
    "⟦2024.3.15|date|2024-03-15|⟧签字，⟦2024-04-02|date|2024-04-02|⟧归档。",
    "⟦2021.03-2022.11|period|2021-03||max:2022-11⟧任副所长，债券⟦2012.9亿元|money|201290000000|元⟧。",
    "⟦过去一年|period||⟧很不平凡，⟦五年来|period||⟧变化很大。",
    "⟦十九届期间|period|2017-10-18||max:2022-10-16⟧，⟦近几年|period|||~⟧问题反复。",
    "⟦2023年6月至今|period|2023-06||from:2023-06-01⟧无人管理。",
    "⟦2024年初|date|2024-01-01|⟧启动，⟦6月底|date|2024-06-30|⟧结束。",
    "⟦2021年至2023年|period|2021||max:2023⟧，⟦11月6日至12日|period|--11-06||max:--11-12⟧反馈。",
    "⟦2023—2024学年|period|2023||max:2024⟧第一学期。",
)
FREQUENCIES = (
    "⟦每季度至少召开1次|frequency|1|次/季度|>=|item:党员大会⟧党员大会，⟦每月召开1次|frequency|1|次/月|item:支委会⟧支委会。",
    "⟦每个季度同帮扶户见面一次|frequency|1|次/季度⟧。",
    "规定⟦每半年一次|frequency|1|次/半年⟧，实际⟦一年一次|frequency|1|次/年⟧。",
    "⟦每两周例会一次|frequency|1|次/2周⟧，⟦每年不少于2次|frequency|2|次/年|>=⟧。",
)
PHYSICAL = (
    "铺设管网⟦134公里|physical|134|公里|item:管网⟧，占地⟦3.6亩|physical|3.6|亩⟧。",
    "装机⟦46万千瓦|physical|460000|千瓦|item:装机⟧，水泵⟦三百千瓦|physical|300|千瓦⟧。",
    "面积⟦1200㎡|physical|1200|㎡⟧，粮食⟦7.4亿斤|physical|740000000|斤⟧。",
    "浓度降至⟦41微克/立方米|physical|41|微克/立方米⟧，每立方米⟦20微克以下|physical|20|微克/立方米|<=⟧。",
    "日处理污水⟦超30万吨/日|physical|300000|吨/日|>⟧，租用⟦350吨|physical|350|吨⟧级吊机。",
    "算力⟦600PF|physical|600|PF⟧，桥长⟦三千米|physical|3|千米⟧，坡度⟦25度以上|physical|25|度|>=⟧。",
    "修路⟦两到三千万元|money|20000000|元|max:30000000⟧，占地⟦七百到九百万亩|physical|7000000|亩|max:9000000⟧。",
    "道路⟦3至5公里|physical|3|公里|max:5⟧，⟦两米半|physical|2.5|米⟧宽。",
)
ORDINALS = (
    "综合排名居全市⟦第3位|ordinal|3|位⟧，位列全省⟦第一|ordinal|1|⟧。",
    "县⟦第十四届|ordinal|14|届⟧人民代表大会⟦第三次|ordinal|3|次⟧会议召开。",
    "得分列全县⟦前三名|ordinal|3|名|<=⟧，提前⟦三天|duration|3|天⟧报送的除外。",
    "区委⟦第七轮|ordinal|7|轮⟧巡察由⟦第十巡察组|ordinal|10|巡察组⟧负责。",
    "学校党委⟦第一|ordinal|1|⟧、⟦第二巡察组|ordinal|2|巡察组⟧进驻。",
)
MASKED = (
    "谈话提醒⟦*次|masked||次|masked|item:谈话提醒⟧，诫勉⟦XX人|masked||人|masked⟧。",
    "拨付⟦XX万元|masked||元|masked⟧，到位率⟦〔*〕%|masked||%|masked⟧。",
    "受益群众⟦约万人次|masked||人次|~|masked⟧，培训⟦□□场|masked||场|masked⟧。",
    "举办各类讲座⟦场|masked||场|masked⟧，收效一般。",
    "先后⟦次|masked||次|masked⟧专题研究，制定了⟦项|masked||项|masked⟧整改措施。",
    "涉及资金⟦万元|masked||元|masked⟧，已上缴。",
    "⟦2025年X月|masked|||masked⟧起开展，⟦*年*月*日|masked|||masked⟧结束。",
    "历时⟦个月|masked||个月|masked⟧完成。",
)
NOTHING = (
    "严格落实三重一大、三会一课、八项规定精神，纠治四风。",
    "一、基本情况",
    "（一）思想认识不够高。",
    "1.学习不深入。",
    "2、制度不健全。",
    "①台账缺失；②签字不全。",
    "一是认识不足，二是落实不力，三是监督缺位。",
    "根据国发〔2013〕5号和X政办发[2021]12号文件要求。",
    "违反《条例》第二十四条第三款的规定。",
    "拨打12345热线或联系电话13800001111。",
    "身份证号11010119900101123X，档号GB/T 9704-2012。",
    "实施“十百千”工程，构建“1+N”体系，推进“五好园区”建设。",
    "《2024年工作总结》已报送。",
    "开展了一些活动，制定了一批制度，形成一系列成果。",
    "每年都开会，去年也一样，近年来多次强调。",
    "一线职工一般不参加，一方面是时间紧。",
    "三亚、九江、六安、四川等地做法值得借鉴。",
    "培育百亿企业，打造千亿级产业集群，壮大万亿级产业。",
    "力争建成5G基站、4A级景区，推广A4纸双面打印。",
    "一企一策、一事一议，两增两减。",
    "XX市XX公司党委、XX处、XX街道的同志发言。",
    "现场、市场、立场、事项、条件、文件、国家都要讲。",
    "补短板、强弱项，一项一项抓落实。",
    "上一次、下一笔照旧，最长的一笔已还。",
    "这一次、每一个、另一家都不例外。",
    "队伍建设、大陆同胞、收拾残局、参加会议。",
    "预约、签约、节约、违约，附近、最近、靠近。",
    "进行二次供水改造，消除二次污染。",
    "打造15分钟便民圈、一小时通勤圈。",
    "上午9:30开会，推行新一轮改革。",
    "红十字会和新生产的三轮车。",
    "上半年、下半年、一季度、前三季度运行平稳。",
    "做到发现一起、查处一起、通报一起。",
    "实现最后一公里、一件事一次办、一站式服务。",
)


# Whole statements as offices write them, several kinds of value in each.
STATEMENTS = (
    "局党组⟦2022年7月至2024年6月|period|2022-07||max:2024-06⟧开会⟦58次|count|58|次⟧，议廉政的仅⟦4次|count|4|次⟧，占比⟦不足7%|percent|7|%|<⟧。",
    "站里先后⟦17次|count|17|次⟧公款送礼，合计⟦4.36万元|money|43600|元⟧，牵涉干部⟦9人|count|9|人⟧，其中科级⟦3人|count|3|人⟧。",
    "⟦2023年度|date|2023|⟧应收租金⟦312.5万元|money|3125000|元|item:应收租金⟧，收缴率⟦66.6%|percent|66.6|%|item:收缴率⟧。",
    "⟦6个|count|6|个|item:村⟧村中有⟦4个|count|4|个⟧村的公示栏⟦半年以上|duration|0.5|年|>=⟧没换。",
    "⟦2024年1—9月|period|2024-01||max:2024-09⟧采购食材⟦63万余元|money|630000|元|~|item:食材⟧，缺验收单⟦40余张|count|40|张|~⟧。",
    "床位⟦620张|count|620|张⟧，平均住院日由⟦7.8天|duration|7.8|天⟧降至⟦7.1天|duration|7.1|天⟧。",
    "对⟦近3年|period||⟧采购抽查⟦15个|count|15|个⟧项目，⟦6个|count|6|个⟧未招标，金额⟦1 286.4万元|money|12864000|元⟧。",
    "出动⟦560余人次|count|560|人次|~⟧、车辆⟦180台次|count|180|台次|item:车辆⟧，立案⟦7件|count|7|件|item:立案⟧，罚款⟦21.35万元|money|213500|元|item:罚款⟧。",
    "拖至⟦2024年5月|date|2024-05|⟧才开工，延误⟦五个多月|duration|5|个月|~⟧。",
    "标准每餐⟦不超过40元|money|40|元|<=⟧，实际达到⟦126元/人|money|126|元/人⟧，超标⟦2倍多|ratio|2|倍|~⟧。",
    "维修费⟦2021年|date|2021|⟧⟦12.6万元|money|126000|元|item:维修费⟧、⟦2022年|date|2022|⟧⟦15.3万元|money|153000|元|item:维修费⟧。",
    "从⟦2019年|date|2019|⟧的⟦3.2万吨|physical|32000|吨⟧减到⟦1.9万吨|physical|19000|吨⟧。",
    "结余⟦2,345,678.90元|money|2345678.9|元|item:结余⟧，⟦60岁以上|duration|60|岁|>=⟧的占⟦47%|percent|47|%⟧。",
    "原定投资⟦3.5亿|money|350000000|元⟧，到位⟦不足一半|ratio|0.5||<⟧。",
    "⟦一百二十余名|count|120|名|~|item:同志⟧同志参加为期⟦五天|duration|5|天⟧的培训。",
    "关于“⟦12名|count|12|名|item:干部⟧干部漏报个人事项”问题的整改。",
    "“挂账⟦3年以上|duration|3|年|>=⟧”的问题突出，师生比⟦1:18|ratio|0.055556|⟧。",
    "拨付（含差旅费⟦8.6万元|money|86000|元|item:差旅费⟧）合计⟦32.1万元|money|321000|元⟧。",
    "（1）办公楼⟦3 200平方米|physical|3200|平方米|item:办公楼⟧；（2）宿舍⟦1,150㎡|physical|1150|㎡|item:宿舍⟧。",
    "租金上涨⟦三至五元|money|3|元|max:5⟧，借调⟦二到三年|duration|2|年|max:3⟧。",
    "⟦12.56个百分点|percent|12.56|个百分点⟧的差距仍在。",
    "⟦2.5公里|physical|2.5|公里⟧道路破损。",
    "3.⟦2名|count|2|名|item:干部⟧干部未轮岗。",
    "1.⟦2025年|date|2025|⟧预算偏松。",
    "1.2 制度缺失，⟦5项|count|5|项⟧流程没有规定。",
    "1.2项目描述不清，治理任务⟦38.2万亩|physical|382000|亩⟧没有分解。",
    "一期投资⟦8600万元|money|86000000|元⟧，二期⟦0.9亿元|money|90000000|元⟧，办结率为⟦零|count|0|⟧。",
    "⟦每年底对库房进行一次|frequency|1|次/年|item:全面盘点⟧全面盘点。",
    "问题1：超标⟦4.5平方米|physical|4.5|平方米⟧。",
    "轿车、彩电分别售出⟦1.3万辆|count|13000|辆|item:轿车⟧、⟦4.2万台|count|42000|台|item:彩电⟧。",
    "渠道总长突破⟦900公里|physical|900|公里|>=|item:渠道总长⟧、达⟦917公里|physical|917|公里|item:渠道总长⟧。",
)
STRUCTURE = (
    ("主要表现在以下⟦三个|count|3|个|item:方面⟧方面：", "structural"),
    ("重点抓好⟦两项|count|2|项⟧措施的落实。", "structural"),
    ("提出⟦四点意见|count|4|点意见⟧。", "structural"),
    ("布局⟦六大|count|6|大⟧产业。", "structural"),
    ("印发⟦15项|count|15|项⟧制度。", "achievement"),
    ("挂账⟦6年以上|duration|6|年|>=⟧未清理。", "problem"),
    ("下设⟦7个|count|7|个⟧科室。", "background"),
    ("下一步新增岗位⟦20个|count|20|个⟧。", "plan"),
    ("谈话对象必须⟦不少于5人|count|5|人|>=⟧。", "requirement"),
)


@pytest.mark.parametrize(
    "marked",
    [*COUNTS, *MONEY, *SHARES, *DURATIONS, *DATES, *FREQUENCIES, *PHYSICAL, *ORDINALS, *MASKED, *STATEMENTS],
)
def test_extract_finds_marked_quantities(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize("text", NOTHING)
def test_extract_finds_nothing_in_set_phrases_and_names(text: str) -> None:
    assert [quantity.raw for quantity in find(text)] == []


@pytest.mark.parametrize(("marked", "role"), STRUCTURE)
def test_extract_tells_the_role_from_the_wording(marked: str, role: str) -> None:
    check(marked)
    text, _ = read_marks(marked)
    assert [quantity.role for quantity in find(text)] == [role]


@pytest.mark.parametrize(
    "mark", ["⟦3次|count|3⟧", "⟦3次|count|3|次|about⟧", "⟦3次|count|3|次|colour:red⟧", "⟦3次|count|3|次"]
)
def test_read_marks_refuses_broken_marks(mark: str) -> None:
    with pytest.raises(ValueError, match="mark|unpack"):
        read_marks(mark)


def _section(text: str, role: Role, *, path: str, start: int = 0, level: int = 1) -> Section:
    return Section(
        section_id=path, parent_id=None, level=level, number=path, title="", roles=(role,), start=start,
        heading_end=start, end=len(text), path=path,
    )  # fmt: skip


def _finding(text: str, quote: str) -> Finding:
    start = text.index(quote)
    end = start + len(quote)
    return Finding(finding_id="r1-f001", start=start, end=end, text=quote, core_start=start, core_end=end)


def test_extract_keeps_done_acts_apart_from_arrears_in_a_problem() -> None:
    text = "二、问题。虽组织约谈14次，但范围偏窄。备用金挂账4年以上，牵涉款项1.9万元。"
    sections = (_section(text, "PROBLEM", path="二"), _section(text, "PROBLEM", path="二>（一）", start=5, level=2))
    findings = (_finding(text, "备用金挂账4年以上，牵涉款项1.9万元。"),)
    found = extract(document_of(text), sections, findings)
    assert [(row.raw, row.role) for row in found] == [
        ("14次", "achievement"),
        ("4年以上", "problem"),
        ("1.9万元", "problem"),
    ]
    assert {row.section_path for row in found} == {"二>（一）"}
    assert [row.finding_id for row in found] == [None, "r1-f001", "r1-f001"]


@pytest.mark.parametrize(
    ("role", "expected"), [("PRACTICE", "achievement"), ("PLAN", "plan"), ("REQUEST", "requirement")]
)
def test_extract_takes_the_role_of_the_section(role: Role, expected: str) -> None:
    text = "走访企业30家。"
    (found,) = extract(document_of(text), (_section(text, role, path="一"),), ())
    assert (found.role, found.section_path) == (expected, "一")


def test_extract_without_sections_leaves_path_empty() -> None:
    (found,) = find("走访企业30家。")
    assert (found.section_path, found.finding_id, found.item) == ("", None, "企业")


@pytest.mark.parametrize("text", ["", "\n\n", "没有数字的一段话。"])
def test_extract_of_text_without_quantities_is_empty(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize("piece", ["1", "一", "*", "1,", "第一、", "3、", "每年", "2020-", "XX", "三分之", "“", " "])
def test_extract_survives_endless_repetition(piece: str) -> None:
    text = piece * 20_000 + "共3次"
    assert len(find(text)) <= 40_001


def test_flatten_joins_what_blanks_broke_and_keeps_places() -> None:
    flat = flatten("共 12 次\n1 200余 人\u3000次 12 35")
    assert flat.text == "共12次\n1200余人次12 35"
    span = flat.span(1, 4)
    assert (span.start, span.end) == (2, 6)
