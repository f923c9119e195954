public class Events : ICapSubscribe
{
    [CapSubscribe("order.paid")]
    public void Paid(object e) { }
}
