"""Quantities by kinds of wording: sums in words, partly masked figures, rare measure words, frequencies, articles.

The marks are explained in `marked_quantities`.
"""

from __future__ import annotations

import pytest
from marked_quantities import check, find

MARKED = (
    # sums as they are spoken and written out
    "食材每斤涨到⟦三块五|money|3.5|元⟧，鸡蛋⟦5元6角|money|5.6|元⟧。",
    "罚款⟦五百块|money|500|元⟧，收了⟦两毛二|money|0.22|元⟧，少交⟦8分钱|money|0.08|元⟧。",
    "制作展板⟦12块|count|12|块|item:展板⟧，五角大楼、三角地不动。",
    "结余⟦两美元又三美分|money|2.03|美元⟧，汇率损失⟦500林吉特|money|500|林吉特⟧。",
    "补贴标准⟦10～15万元|money|100000|元|max:150000⟧，单价⟦10~15k元|money|10000|元|max:15000⟧。",
    # shares
    "按⟦八五折|ratio|0.85|⟧采购，印制三折页，几经周折；约⟦七成六|ratio|0.76|⟧的人不知晓。",
    "暂扣⟦一成|ratio|0.1|⟧，不是一成不变；合格率达⟦百分之百|percent|100|%⟧，百分之百落实到位，化整为零。",
    # durations of two units are given in the smaller one
    "合同期⟦2年6个月|duration|30|个月⟧，用时⟦3天4小时|duration|76|小时⟧。",
    # an order of magnitude has no value, adjacent digits are a range
    "发放传单⟦几十份|count||份|~⟧，来访⟦一千八九百人次|count|1800|人次|~|max:1900⟧。",
    "走访⟦数百户|count|100|户|~|max:1000⟧，剩下⟦三两个|count|2|个|~|max:3⟧没有走到。",
    # masks that keep a part or the shape of the number
    "平均年龄⟦4×岁|masked||岁|masked⟧，满意率⟦9*.5%|masked||%|masked⟧，花费⟦￥×,×××元|masked||元|masked⟧。",
    "占股⟦百分之××|masked||%|masked⟧，⟦二〇一×年|masked|||masked⟧入股，⟦N名|masked||名|masked⟧干部参与。",
    "⟦*年*月*日至*年*月*日|masked|||masked⟧开展自查，⟦每月召开例会*次|masked||次/月|masked⟧。",
    "每季度对⟦*名|masked||名|masked⟧干部谈话⟦1次|count|1|次⟧。",
    "采购电脑⟦*台|masked||台|masked⟧，XX组、XX所、XX处同志参加。",
    "发放征求意见函⟦余份|masked||份|masked⟧，其余份额另计，⟦三十余人|count|30|人|~⟧富余。",
    # measure words that the table lacks, or that are mostly words of their own
    "发放雨鞋⟦30双|count|30|双⟧，共查扣⟦7匣|count|7|匣⟧，添置绿植⟦12钵|count|12|钵⟧。",
    # how often
    "⟦半月一次|frequency|1|次/半月⟧，⟦一年只有两三次|frequency|2|次/年|max:3⟧，⟦一季度一轮|frequency|1|轮/季度⟧。",
    "谈话1月⟦三次|count|3|次⟧、2月没有；一季度支出偏慢。".replace("1月", "⟦1月|date|--01|⟧").replace(
        "2月", "⟦2月|date|--02|⟧"
    ),
    # one: a count, or an article
    "只有⟦一名|count|1|名⟧护士，发生⟦一起|count|1|起⟧消防车剐蹭，现有⟦一家|count|1|家⟧供应商。",
    # bounds
    "提醒了⟦不下十次|count|10|次|>=⟧，⟦满三年|duration|3|年|>=⟧未轮岗，期满三年的除外。".replace(
        "期满三年", "期满⟦三年|duration|3|年⟧"
    ),
    "⟦2025年6月底前|date|2025-06-30||<=⟧完成，⟦2018年以前|date|2018||<⟧购置，⟦9月|date|--09|⟧前后检查。",
    # two places are no range
    "分⟦两组|count|2|组⟧到⟦4个|count|4|个⟧分局查看，每组⟦3到5人|count|3|人|max:5⟧。",
    # a quotation of a problem keeps its figures, a name does not
    "关于“⟦3个|count|3|个⟧车队党支部超期未换届”问题的整改，推行“24小时不打烊政务服务”。",
    "记录都写成“集体研讨⟦80分钟|duration|80|分钟⟧”，兑现“两个70%”，开通“24小时自助”。",
    # sums without 元, where the verb before is said of money
    "退回来⟦12万|money|120000|元⟧；装修花了⟦88万|money|880000|元⟧，常住人口少1.9万，差距不小。",
    # a place, a class and a period of building are no counts, things are
    "打印机⟦九台|count|9|台⟧，五台县不算；⟦十户|count|10|户⟧低保家庭，百户联系；简报印发⟦四期|count|4|期⟧，二期工程未建。",
    # the number of a heading at a distance
    "06　把规矩立起来。开展　⟦12　次|count|12|次⟧。",
)
NOTHING = (
    "做到发现一起、查处一起、通报一起。",
    "这一名、另一家、作为一项制度，归到一处，一字不差，又过了一遍。",
    "成双成对，3开头，全场三双鞋不够。",
    "万元GDP能耗，万元以上项目。",
    "其四　年底抢着花。",
    "优化办事流程4.0版，建设3人制篮球场，念好一棵树、一朵花、一张纸的文章。",
    "今天去一趟、明天去一趟。",
    "人民公社、XX市XX县XX镇、3D打印、5G网络。",
)


@pytest.mark.parametrize("marked", MARKED)
def test_extract_reads_the_wording(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize("text", NOTHING)
def test_extract_finds_nothing_where_nothing_is_counted(text: str) -> None:
    assert [quantity.raw for quantity in find(text)] == []
