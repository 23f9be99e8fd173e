"""Words that begin an action: they tell an order from a statement and end the name of whoever acts."""

from __future__ import annotations

import re
from typing import Final

# Verbs with which the points of a plan begin (many real plans, 2006-2026).
_ACTIONS: Final = frozenset({
    "ban hành", "bàn giao", "báo cáo", "bảo đảm", "bảo tồn", "bảo trì", "bảo vệ", "bám sát",
    "biên soạn", "biểu dương",
    "bồi dưỡng", "bố trí", "bổ nhiệm", "bổ sung", "cải cách", "cải tạo", "cải thiện", "cải tiến",
    "cập nhật", "cấp",
    "cấp phát", "chăm lo", "chăm sóc", "chấm", "chấn chỉnh", "chấp hành", "chỉ đạo", "chia sẻ",
    "chú trọng", "chủ động",
    "chủ trì", "chuẩn bị", "chuẩn hóa", "chuyển", "chuyển giao", "công bố", "công khai", "cụ thể hóa",
    "củng cố",
    "cung cấp", "cử", "diễn tập", "duy trì", "đánh giá", "đào tạo", "đảm bảo", "đảm nhiệm", "đăng ký",
    "đăng tải",
    "đẩy mạnh", "đẩy nhanh", "đấu tranh", "đầu tư", "đề nghị", "đề xuất", "điều chỉnh", "điều phối",
    "điều tra",
    "định hướng", "đôn đốc", "đổi mới", "đơn giản hóa", "động viên", "đưa", "gắn", "giải mã", "giải ngân",
    "giải quyết", "giám định", "giám sát", "giao", "giao nhiệm vụ", "giáo dục", "giới thiệu", "giúp",
    "giữ gìn", "gửi",
    "hình thành", "hoàn thành", "hoàn thiện", "hỗ trợ", "hợp tác", "huấn luyện", "huy động",
    "hướng dẫn", "in ấn",
    "kêu gọi", "kết nối", "kiểm soát", "kiểm tra", "kiến nghị", "kiện toàn", "ký kết", "khai thác",
    "khảo sát",
    "khắc phục", "khen thưởng", "khôi phục", "khởi công", "khuyến khích", "lãnh đạo", "lấy ý kiến", "lập",
    "lồng ghép", "lựa chọn", "mở", "mở rộng", "nâng cao", "nâng cấp", "nắm", "nêu cao", "nghiên cứu",
    "ngăn chặn",
    "nhân rộng", "ổn định", "phản ánh", "phát động", "phát hiện", "phát huy", "phát triển", "phân bổ",
    "phân công",
    "phấn đấu", "phê duyệt", "phòng ngừa", "phổ biến", "phối hợp", "phục hồi", "quản lý", "quan tâm",
    "quán triệt",
    "quảng bá", "quy định", "quy hoạch", "quyết định", "rà soát", "sáp nhập", "sắp xếp", "sơ kết",
    "số hóa", "sử dụng",
    "sửa đổi", "sưu tầm", "tạo", "tạo điều kiện", "tăng cường", "tập hợp", "tập huấn", "tập trung", "tham dự",
    "tham gia", "tham mưu", "thanh tra", "thành lập", "thay thế", "thẩm định", "theo dõi", "thí điểm",
    "thiết lập",
    "thông báo", "thông tin", "thống kê", "thu hút", "thu thập", "thúc đẩy", "thực hiện",
    "thường xuyên", "tích hợp",
    "tiếp nhận", "tiếp thu", "tiếp tục", "tiến hành", "tìm", "tìm kiếm", "tổ chức", "tôn tạo",
    "tôn vinh", "tổng hợp",
    "tổng kết", "tra cứu", "trao đổi", "tri ân", "triển khai", "treo", "trình", "trồng", "truyền thông", "tu bổ",
    "tuyên truyền", "tuyển chọn", "tuyển dụng", "từng bước", "tháo gỡ", "ứng dụng", "ưu tiên", "vận động",
    "vận hành", "xác định", "xác minh", "xác nhận", "xã hội hóa", "xây dựng", "xem xét", "xét", "xóa",
    "xóa bỏ",
    "xuất bản", "xử lý", "yêu cầu", "tăng", "giảm", "trực", "phát sóng", "phát hành", "lắp đặt", "mua sắm",
    "sửa chữa", "bảo dưỡng", "niêm yết", "thẩm tra", "kê khai", "nộp", "thanh toán", "quyết toán", "nhập", "lưu trữ",
    "chi trả", "tính toán", "tiếp", "đón tiếp", "mời", "phụ trách", "chịu trách nhiệm", "trao", "trao tặng", "thăm",
    "gặp mặt", "dọn", "xử phạt", "tuần tra", "ứng phó", "ứng trực", "sơ tán", "di dời", "tiêm", "phun", "khoanh vùng",
    "thu hồi", "giải phóng", "bồi thường", "cắm", "đo đạc", "rút ngắn", "cắt giảm", "biên tập", "dự", "ký",
    "viết", "in", "đặt", "lắp", "tăng tốc", "hạn chế", "loại bỏ", "chống", "phòng, chống", "phòng chống", "dạy",
    "ôn tập", "luyện tập", "tuyển sinh", "chỉnh lý", "chỉnh trang", "chỉnh sửa", "nghiệm thu", "đấu thầu",
    "chuẩn hoá", "số hoá", "đơn giản hoá", "xã hội hoá", "cụ thể hoá", "quản trị", "khơi thông", "nạo vét",
    "thu", "thu nộp", "truy thu", "cảnh báo", "dự báo", "quan trắc", "theo sát", "dừng", "tạm dừng", "đình chỉ",
    "phân loại", "phân tích", "phân cấp", "ủy quyền", "tự kiểm tra", "tự đánh giá", "bình xét", "suy tôn",
    "học tập", "nâng", "kết nạp", "lấy", "hiệp thương", "bầu", "vinh danh", "kỷ niệm", "tổng rà soát",
    "hòa giải", "tư vấn", "thông qua", "đối thoại", "tiếp công dân", "giải đáp", "trả lời", "phúc đáp",
    "cân đối", "kiểm đếm", "kiểm kê", "đối chiếu", "đóng góp", "ghi nhận", "hạch toán", "hoàn trả", "hoạch định",
    "khuyến cáo", "kích hoạt", "làm rõ", "làm tốt", "làm việc", "luân chuyển", "nhận", "nhắc nhở", "phân luồng",
    "phân tuyến", "phân định", "phê bình", "quyên góp", "ra quân", "soạn thảo", "tháo dỡ", "tu sửa", "tuân thủ",
    "trang bị", "trích", "trợ giúp", "truy quét", "xét nghiệm", "xét tuyển", "xin ý kiến", "xếp loại", "đề ra", "đo",
    "dẫn dắt", "khơi dậy", "lan tỏa", "bắt giữ", "tiêu nước", "tiêu hủy", "tiêu thoát", "gia cố", "chằng chống",
    "neo đậu",
    "cứu trợ", "trợ cấp", "tra soát", "thẩm duyệt", "cho ý kiến", "góp ý", "tham vấn", "bảo lãnh", "bảo mật",
    "cấm", "nghiêm cấm", "tiết kiệm", "chi", "cân nhắc", "chuyển đổi", "đặt hàng", "đấu giá", "đền bù", "đóng cửa",
    "giữ vững", "giữ", "kiềm chế", "kéo giảm", "miễn", "nuôi dưỡng", "phủ sóng", "phục vụ", "rút kinh nghiệm",
    "sơ tổng kết", "tái cơ cấu", "tái thiết", "tinh giản", "tổng duyệt", "tiếp xúc", "tự", "tự giác", "xóa đói",
    "xúc tiến",
})  # fmt: skip
# These stand inside names of bodies too ("cơ quan thanh tra", "các cấp", "hợp tác xã"): they end no name.
_IN_NAMES: Final = frozenset({
    "bảo vệ", "cấp", "chuyển", "đào tạo", "đầu tư", "đăng ký", "điều tra", "giao", "giáo dục",
    "hợp tác", "lãnh đạo",
    "mở", "phát triển", "quản lý", "quy hoạch", "tạo", "thanh tra", "thông tin", "truyền thông", "tìm",
    "xã hội hóa",
    "nắm", "gắn", "xét", "đưa", "in", "thu", "dự", "lấy", "ký", "đặt", "viết", "nộp", "nhập", "lưu trữ",
    "tiếp", "mời", "trực", "cắm", "chống", "phòng, chống", "phòng chống", "nâng", "dạy", "lắp", "thăm", "trao",
    "dự báo", "cảnh báo", "quan trắc", "hòa giải", "tư vấn", "tiếp công dân", "giải phóng", "bồi thường", "tuyển sinh",
    "phát hành", "biên tập", "học tập", "quản trị", "thông qua", "bầu", "kỷ niệm", "tiêm", "phun", "sửa chữa",
    "xét nghiệm", "phục vụ", "trợ giúp", "nhận", "đo", "chi", "tự", "giữ", "chuyển đổi", "đấu giá", "làm việc", "miễn",
    "xúc tiến", "bảo mật", "trích", "tiết kiệm", "trợ cấp", "nuôi dưỡng", "cứu trợ", "cấm", "xét tuyển", "neo đậu",
    "bảo dưỡng", "thẩm tra", "đấu thầu", "phòng ngừa",
})  # fmt: skip
_AFTER_NAMES: Final = frozenset({
    "có trách nhiệm", "có nhiệm vụ", "có kế hoạch", "có văn bản", "chịu trách nhiệm", "căn cứ",
    "trên cơ sở", "theo",
    "phải", "cần", "được", "kịp thời", "nghiêm túc", "định kỳ", "hằng", "hàng tuần", "hàng tháng", "hàng quý",
    "hàng năm", "trong việc", "trong quá trình", "trong công tác", "để", "nhằm", "là", "tích cực",
    "khẩn trương", "trực tiếp", "trước ngày", "sẽ", "phụ trách", "đồng thời", "khi", "sau khi", "trước khi",
})  # fmt: skip
# "tổ chức" is a noun before these words.
_NOUN_AFTER: Final = (
    r"(?! (?:chính trị|xã hội|đoàn thể|có|liên quan|thành viên|tôn giáo|quốc tế|kinh tế|cá nhân"
    r"|phi chính phủ|hội(?! (?:nghị|thảo|thi|chợ|diễn|họp))|và|đảng|khác|chịu|bộ máy|cán bộ|hành chính"
    r"|trực thuộc|tín dụng)|,| -|\.|;|$)"
)
_ORGANISE: Final = f"tổ chức{_NOUN_AFTER}"


def _any_of(words: frozenset[str]) -> str:
    """Return a pattern for any of the words, the longer ones first."""
    ordered = sorted(words - {"tổ chức"}, key=lambda word: (-len(word), word))
    return (
        rf"(?<!\w)(?<!đầu tư )(?:{'|'.join(map(re.escape, ordered))}|{_ORGANISE}|(?<!phòng )khám|(?<!việc )làm)(?!\w)"
    )


_START: Final = re.compile(_any_of(_ACTIONS))
_END: Final = re.compile(_any_of((_ACTIONS - _IN_NAMES) | _AFTER_NAMES))


def begins_action(text: str) -> bool:
    """Tell whether the text begins with a verb of action."""
    return _START.match(text[:40].lower()) is not None


def first_action(text: str, start: int, limit: int) -> int | None:
    """Return where the first verb in small letters stands between two places, None when there is none."""
    match = _END.search(text, start, min(len(text), limit))
    return match.start() if match else None
